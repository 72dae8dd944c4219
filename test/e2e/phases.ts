/** A step towards something, and how long it took, in seconds. */
export interface Timing {
  readonly phase: string;
  readonly seconds: number;
}

/** Steps that a person waits for: what is being done, how long each took, and what is left. */
export class Phases {
  readonly timings: Timing[] = [];
  private readonly began = Date.now();

  constructor(
    private readonly names: readonly string[],
    private readonly print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  ) {}

  /** Does a step. `say` is for what it is busy with. */
  async run<T>(phase: string, step: (say: (what: string) => void) => Promise<T>): Promise<T> {
    const number = this.names.indexOf(phase) + 1;
    if (number === 0) throw new Error(`no phase '${phase}'; there are ${this.names.join(', ')}`);
    const left = this.names.slice(number).join(', ');
    this.print(`[${number}/${this.names.length}] ${phase}${left && ` (then ${left})`}`);
    const began = Date.now();
    const result = await step((what) => this.print(`      ${what}`));
    const seconds = (Date.now() - began) / 1000;
    this.timings.push({ phase, seconds });
    this.print(`      ${seconds.toFixed(1)} s`);
    return result;
  }

  /** Seconds since the first of them. */
  get seconds(): number {
    return (Date.now() - this.began) / 1000;
  }
}
