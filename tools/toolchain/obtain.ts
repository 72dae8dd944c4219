import { execFileSync } from 'child_process';
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'fs';
import * as path from 'path';
import { withLock } from './lock';
import { make, type Way } from './make';
import type { Tool } from './table';

/** Where made tools are kept: outside version control, shared by every run in this working copy. TOOLCHAIN_CACHE moves it. */
const cache = process.env.TOOLCHAIN_CACHE ?? path.join(__dirname, '..', '..', '.cache', 'bin');

/** Finds the tool, or makes it in the cache. See {@link tool} for the order and the errors. */
export function obtain(name: string, tool: Tool): string {
  const failures: string[] = [];
  const found = fromEnvironment(name, tool, failures) ?? fromPath(tool, failures);
  if (found) return found;

  const directory = path.join(cache, `${name}-${tool.version}`);
  const program = path.join(directory, tool.program);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  return withLock(`${directory}.lock`, () => {
    if (existsSync(program)) return program;
    for (const way of make) if (publish(way, tool, directory, failures)) return program;
    throw new Error(
      [
        `no way to get ${name} ${tool.version} works:`,
        ...failures.map((failure) => `  - ${failure}`),
        `Install it and set ${tool.env[0]} to its path${tool.go ? ', or install Go and run this again' : ''}.`,
      ].join('\n'),
    );
  });
}

/** Makes the tool beside its place and moves it there whole, so that no reader ever sees half of it. */
function publish(way: Way, tool: Tool, directory: string, failures: string[]): boolean {
  const partial = `${directory}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  try {
    if (!way(tool, partial)) return false;
    const refusal = refusalOf(path.join(partial, tool.program), tool);
    if (refusal) throw new Error(refusal);
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory);
    return true;
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function fromEnvironment(name: string, tool: Tool, failures: string[]): string | undefined {
  for (const variable of [...tool.env, ...(tool.sharedEnv ?? [])]) {
    const value = process.env[variable];
    if (!value) continue;
    const program = value.includes(path.sep) ? path.resolve(value) : onPath(value)[0];
    const refusal = program ? refusalOf(program, tool) : `${value} is not on PATH`;
    if (program && !refusal) return program;
    if (tool.env.includes(variable)) throw new Error(`${variable}=${value} does not serve as ${name}: ${refusal}`);
    failures.push(`${variable}=${value}: ${refusal}`);
  }
  return undefined;
}

function fromPath(tool: Tool, failures: string[]): string | undefined {
  const candidates = onPath(tool.program);
  if (!candidates.length) failures.push(`PATH: holds no ${tool.program}`);
  return candidates.find((candidate) => {
    const refusal = refusalOf(candidate, tool);
    if (refusal) failures.push(`PATH: ${refusal}`);
    return !refusal;
  });
}

/** Every executable file of that name on PATH, in its order. */
function onPath(program: string): string[] {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((directory) => path.join(directory, program))
    .filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Why the program does not serve, or undefined when it does. */
function refusalOf(program: string, tool: Tool): string | undefined {
  const { args, accepts } = tool.probe;
  try {
    const output = execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    const serves = typeof accepts === 'function' ? accepts(output) : accepts.test(output);
    return serves ? undefined : `${program} says it is '${output.trim()}'`;
  } catch (error) {
    return `${program} does not run: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
}
