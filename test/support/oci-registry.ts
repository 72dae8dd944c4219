import { spawn } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { createInterface } from 'readline';
import { dump } from 'js-yaml';
import { tool } from '../../tools/toolchain';

/** A registry of OCI artifacts, with storage of its own. */
export interface OciRegistry {
  /** `127.0.0.1:<port>`; it speaks plain HTTP. */
  readonly host: string;
  /** Ends the registry and removes what it stored. */
  close(): Promise<void>;
}

/**
 * Starts the OCI distribution registry on a free port of the loopback interface.
 *
 * @throws with its last words when it ends instead
 */
export async function ociRegistry(): Promise<OciRegistry> {
  const directory = mkdtempSync(path.join(tmpdir(), 'registry-'));
  const config = path.join(directory, 'config.yml');
  writeFileSync(
    config,
    dump({
      version: 0.1,
      log: { level: 'info', formatter: 'text' },
      storage: { filesystem: { rootdirectory: path.join(directory, 'storage') } },
      http: { addr: '127.0.0.1:0', secret: 'only for one test' },
    }),
  );
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
  const child = spawn(tool('registry'), ['serve', config], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const host = await new Promise<string>((resolve, reject) => {
      const lines: string[] = [];
      child.once('error', reject);
      // Read to the end: a full pipe would stop the registry.
      createInterface(child.stderr).on('line', (line) => {
        const listening = /listening on (127\.0\.0\.1:\d+)/.exec(line);
        if (listening?.[1]) resolve(listening[1]);
        else if (lines.length < 50) lines.push(line);
      });
      void ended.then(() => reject(new Error(`the registry ended:\n${lines.slice(-10).join('\n')}`)));
    });
    return { host, close };
  } catch (error) {
    await close();
    throw error;
  }
}
