import { execFileSync } from 'child_process';

const script = `
  const [url, file] = process.argv.slice(1);
  fetch(url, { signal: AbortSignal.timeout(600_000) })
    .then(async (response) => {
      if (!response.ok) throw new Error('HTTP status ' + response.status);
      require('fs').writeFileSync(file, Buffer.from(await response.arrayBuffer()));
    })
    .catch((error) => {
      console.error(error.cause?.message || error.cause?.code || error.message);
      process.exitCode = 1;
    });
`;

/**
 * Downloads a file and waits for it: a Node of its own fetches it, since this process cannot both wait and fetch.
 * Follows redirects; a proxy counts where Node heeds HTTPS_PROXY (24 and later).
 *
 * @throws with the URL and the reason
 */
export function download(url: string, file: string): void {
  try {
    execFileSync(process.execPath, ['-e', script, url, file], {
      env: { ...process.env, NODE_USE_ENV_PROXY: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${url}: ${(stderr || String(error)).trim()}`);
  }
}
