import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';

/** Where an API server is, and how one logs in. */
export interface Credentials {
  readonly server: string;
  readonly token?: string | undefined;
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

type Fields = Readonly<Record<string, string | boolean | undefined>>;
interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly clusters?: readonly { name: string; cluster: Fields }[];
  readonly users?: readonly { name: string; user: Fields }[];
}

/**
 * What the current context of a kubeconfig leads to: by certificate, by token, or by neither.
 *
 * @throws where it says nothing of a server, and for logins by programs
 */
export function credentialsOf(file: string): Credentials {
  const config = load(readFileSync(file, 'utf8')) as Kubeconfig;
  const context = config.contexts?.find(({ name }) => name === config['current-context'])?.context;
  const cluster = config.clusters?.find(({ name }) => name === context?.cluster)?.cluster;
  const user = config.users?.find(({ name }) => name === context?.user)?.user ?? {};
  const server = cluster?.['server'];
  if (cluster === undefined || typeof server !== 'string')
    throw new Error(`${file}: its current context has no server`);
  for (const way of ['exec', 'auth-provider', 'username'])
    if (way in user) throw new Error(`${file}: a login by ${way} is not known here; use a token or a certificate`);

  const content = (fields: Fields, name: string): Buffer | undefined => {
    const [data, path] = [fields[`${name}-data`], fields[name]];
    if (typeof data === 'string') return Buffer.from(data, 'base64');
    return typeof path === 'string' ? readFileSync(resolve(dirname(file), path)) : undefined;
  };
  const [token, tokenFile, name] = [user['token'], user['tokenFile'], cluster['tls-server-name']];
  return {
    server,
    token: typeof tokenFile === 'string' ? readFileSync(tokenFile, 'utf8').trim() : token?.toString(),
    ca: content(cluster, 'certificate-authority'),
    cert: content(user, 'client-certificate'),
    key: content(user, 'client-key'),
    ...(typeof name === 'string' && { servername: name }),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
  };
}
