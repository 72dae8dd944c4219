import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** What the server offers, and what it says of a file; as far as tests look at it. */
export interface Completion {
  readonly label: string;
  readonly insertText?: string;
  readonly documentation?: string | { readonly value: string };
}
export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

interface Hover {
  readonly contents: { readonly value: string };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: object;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const SERVER = join(__dirname, '..', '..', 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');

/** An editor's settings: none, but that nothing is looked up on the network. */
const SETTINGS = { schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } };

const CURSOR = '‸';

/** The real YAML language server, as an editor drives it. */
export class LanguageServer {
  private readonly process: ChildProcess;
  private received = Buffer.alloc(0);
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly judged = new Map<string, (found: Diagnostic[]) => void>();
  private fail: (error: Error) => void = () => undefined;
  private readonly failed = new Promise<never>((_, reject) => (this.fail = reject));
  private opened = 0;
  private ids = 0;

  constructor() {
    this.failed.catch(() => undefined);
    this.process = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdout!.on('data', (bytes: Buffer) => this.receive(bytes));
    this.process.on('exit', (code) => this.fail(new Error(`the language server has ended (${code})`)));
  }

  async start(): Promise<void> {
    const textDocument = {
      completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
      hover: { contentFormat: ['markdown'] },
    };
    const capabilities = { textDocument, workspace: { configuration: true } };
    await this.ask('initialize', { processId: process.pid, rootUri: null, capabilities });
    this.send({ method: 'initialized', params: {} });
  }

  stop(): void {
    this.process.removeAllListeners('exit');
    this.process.kill();
  }

  /**
   * Opens a file that stands in a folder.
   *
   * @param text with `‸` where the cursor is, if anything is asked of a place
   */
  open(folder: string, text: string): OpenFile {
    const uri = `file://${folder}/cloud-${(this.opened += 1)}.yaml`;
    const before = text.split(CURSOR)[0]!.split('\n');
    const position = { line: before.length - 1, character: before.at(-1)!.length };
    const diagnostics = Promise.race([
      this.failed,
      new Promise<Diagnostic[]>((resolve) => this.judged.set(uri, resolve)),
    ]);
    const document = { uri, languageId: 'yaml', version: 1, text: text.replace(CURSOR, '') };
    this.send({ method: 'textDocument/didOpen', params: { textDocument: document } });
    const at = { textDocument: { uri }, position };
    return {
      completions: async () => ((await this.ask('textDocument/completion', at)) as { items: Completion[] }).items,
      hover: async () => ((await this.ask('textDocument/hover', at)) as Hover | null)?.contents.value,
      diagnostics: () => diagnostics,
    };
  }

  private ask(method: string, params: object): Promise<unknown> {
    const id = (this.ids += 1);
    const answer = new Promise<unknown>((resolve, reject) =>
      this.answers.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result))),
    );
    this.send({ id, method, params });
    return Promise.race([answer, this.failed]);
  }

  private send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.process.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private receive(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.received.toString('utf8', 0, end))?.[1]);
      const body = this.received.subarray(end + 4, end + 4 + length);
      if (body.length < length) return;
      this.received = this.received.subarray(end + 4 + length);
      this.handle(JSON.parse(body.toString('utf8')) as Message);
    }
  }

  private handle({ id, method, params, ...answer }: Message): void {
    if (method === undefined) this.answers.get(id!)?.(answer);
    else if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { readonly uri: string; readonly diagnostics: Diagnostic[] };
      this.judged.get(uri)?.(diagnostics);
    } else if (method === 'workspace/configuration') {
      const { items } = params as { readonly items: readonly { readonly section: string }[] };
      this.send({ id: id!, result: items.map(({ section }) => (section === 'yaml' ? SETTINGS : {})) });
    } else if (id !== undefined) this.send({ id, result: null });
  }
}

export interface OpenFile {
  completions(): Promise<Completion[]>;
  /** What is shown of the thing under the cursor, in Markdown. */
  hover(): Promise<string | undefined>;
  /** What the server says of the file, once it has looked at it. */
  diagnostics(): Promise<Diagnostic[]>;
}
