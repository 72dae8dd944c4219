import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageNameOf } from '../lib/cloud/images';
import { messageOf } from '../test/support/message-of';
import { RegistryOptions, askFor } from './registry';
import { credentialsOf } from './registry-credentials';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-registry-'));
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

/** A server on the loopback interface: `127.0.0.1:<port>`. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(code, headers).end();

const quick: RegistryOptions = { pause: 1, timeout: 2000 };
const ask = async (image: string, options: RegistryOptions = {}) => {
  const [[, answer] = []] = await askFor([imageNameOf(image)], { ...quick, ...options });
  return answer;
};
const basic = (text: string): string => Buffer.from(text).toString('base64');

/** A registry that wants tokens of a server of its own; `user`: what that wants. */
async function registryWithTokens(user?: string) {
  const seen: string[] = [];
  const host = await serve((request, response) => {
    const url = new URL(request.url!, 'http://registry');
    const { authorization, accept } = request.headers;
    if (url.pathname === '/token') {
      seen.push(url.search);
      if (user !== undefined && authorization !== `Basic ${basic(user)}`) return status(401)(request, response);
      return void response.end(JSON.stringify({ token: 'a-token' }));
    }
    if (authorization !== 'Bearer a-token') {
      const challenge = `Bearer realm="http://${host}/token",service="a registry",scope="repository:kolla/keystone:pull"`;
      return status(401, { 'www-authenticate': challenge })(request, response);
    }
    const isThere = request.method === 'HEAD' && url.pathname === '/v2/kolla/keystone/manifests/1';
    const isWhole = accept?.includes('application/vnd.oci.image.index.v1+json') ?? false;
    return status(isThere && isWhole ? 200 : 404)(request, response);
  });
  return { host, seen };
}

test('anybody gets a token for a repository, and the registry says what it has', async () => {
  const { host, seen } = await registryWithTokens();
  expect(await ask(`${host}/kolla/keystone:1`)).toEqual({ status: 'there' });
  expect(await ask(`${host}/kolla/keystone:2`)).toEqual({ status: 'missing' });
  expect(seen[0]).toBe('?service=a+registry&scope=repository%3Akolla%2Fkeystone%3Apull');
});

test('a user and a password go to the token server, and into no message', async () => {
  const { host } = await registryWithTokens('user:secret');
  const image = `${host}/kolla/keystone:1`;
  expect(await ask(image, { credentials: () => basic('user:secret') })).toEqual({ status: 'there' });
  expect(await ask(image)).toEqual({
    status: 'unknown',
    reason: `${host} gives a token only with a user and a password`,
  });
  expect(await ask(image, { credentials: () => basic('user:wrong') })).toEqual({
    status: 'unknown',
    reason: `${host} does not take the user and the password`,
  });
});

test('a registry may want the user and the password itself', async () => {
  const host = await serve((request, response) => {
    const known = request.headers.authorization === `Basic ${basic('user:secret')}`;
    status(known ? 200 : 401, { 'www-authenticate': 'Basic realm="x"' })(request, response);
  });
  expect(await ask(`${host}/a:1`, { credentials: () => basic('user:secret') })).toEqual({ status: 'there' });
  expect(await ask(`${host}/a:1`)).toEqual({ status: 'unknown', reason: `${host} wants a user and a password` });
  expect(await ask(`${host}/a:1`, { credentials: () => basic('user:wrong') })).toEqual({
    status: 'unknown',
    reason: `${host} does not take the user and the password`,
  });
  expect(await ask(`${host}/a:1`, { credentials: () => 'sec\nret' })).toEqual({
    status: 'unknown',
    reason: `${host} cannot be asked with the credentials that there are`,
  });
});

test('what may be another answer later is asked for again, and no more often than is wanted', async () => {
  let count = 0;
  const once = await serve((request, response) => status(count++ === 0 ? 500 : 200)(request, response));
  expect(await ask(`${once}/a:1`)).toEqual({ status: 'there' });
  const busy = await serve((request, response) => {
    count++;
    status(429, { 'retry-after': '0' })(request, response);
  });
  count = 0;
  expect(await ask(`${busy}/a:1`)).toEqual({ status: 'unknown', reason: `${busy} answers with HTTP 429` });
  expect(count).toBe(3);
});

test('a registry that is slow or not there is told', async () => {
  const slow = await serve(() => undefined);
  expect(await ask(`${slow}/a:1`, { timeout: 50, tries: 2 })).toEqual({
    status: 'unknown',
    reason: `${slow} does not answer within 0.05 s`,
  });
  const gone = await serve(status(200));
  const server = servers.pop()!;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await ask(`${gone}/a:1`)).toEqual({ status: 'unknown', reason: `cannot reach ${gone}: ECONNREFUSED` });
  const round = await serve((request, response) => status(307, { location: request.url! })(request, response));
  expect(await ask(`${round}/a:1`)).toEqual({
    status: 'unknown',
    reason: `cannot reach ${round}: redirect count exceeded`,
  });
});

test.each<[string, Handler, string]>([
  ['forbids', status(403), 'refuses (HTTP 403): there is no such repository, or it is not for everybody'],
  ['is no registry', status(418), 'answers with HTTP 418'],
  [
    'names no token server',
    status(401, { 'www-authenticate': 'Negotiate' }),
    'wants a proof of identity that is neither a password nor a token',
  ],
  [
    'names a token server without https',
    status(401, { 'www-authenticate': 'Bearer realm="http://192.0.2.1/token"' }),
    'names a token server without https: 192.0.2.1',
  ],
])('a registry that %s is not asked again', async (_, handler, reason) => {
  let count = 0;
  const host = await serve((request, response) => {
    count++;
    handler(request, response);
  });
  expect(await ask(`${host}/a:1`)).toEqual({ status: 'unknown', reason: `${host} ${reason}` });
  expect(count).toBe(1);
});

test('a token server that gives none, or none that the registry takes, is told', async () => {
  const host: string = await serve((request, response) => {
    if (request.url!.startsWith('/token')) return void response.end('no JSON');
    return status(401, { 'www-authenticate': `Bearer realm="http://${host}/token"` })(request, response);
  });
  expect(await ask(`${host}/a:1`)).toEqual({ status: 'unknown', reason: `${host} answers without a token` });
  const strict: string = await serve((request, response) => {
    if (request.url!.startsWith('/token')) return void response.end('{"token": "a"}');
    return status(401, { 'www-authenticate': `Bearer realm="http://${strict}/token"` })(request, response);
  });
  expect(await ask(`${strict}/a:1`)).toEqual({
    status: 'unknown',
    reason: `${strict} refuses (HTTP 401): there is no such repository, or it is not for everybody`,
  });
  const broken: string = await serve((request, response) => {
    const isToken = request.url!.startsWith('/token');
    const challenge = { 'www-authenticate': `Bearer realm="http://${broken}/token"` };
    return status(isToken ? 418 : 401, challenge)(request, response);
  });
  expect(await ask(`${broken}/a:1`)).toEqual({ status: 'unknown', reason: `${broken} answers with HTTP 418` });
});

test('answers come in the order of the images, of which eight are asked for at once', async () => {
  let [now, most] = [0, 0];
  const host = await serve((request, response) => {
    most = Math.max(most, ++now);
    setTimeout(() => {
      now--;
      status(request.url!.endsWith('/7') ? 404 : 200)(request, response);
    }, 20);
  });
  const images = Array.from({ length: 20 }, (_, i) => imageNameOf(`${host}/a:${i}`));
  const counts: number[] = [];
  const answers = await askFor(images, { ...quick, answered: (count) => counts.push(count) });
  expect(answers.map(([image]) => image)).toEqual(images);
  expect(counts).toEqual(images.map((_, i) => i + 1));
  expect(answers.flatMap(([{ tag }, answer]) => (answer.status === 'there' ? [] : [tag]))).toEqual(['7']);
  expect(most).toBe(8);
});

describe('credentials', () => {
  const auths = {
    'https://index.docker.io/v1/': { auth: basic('docker:secret') },
    'registry.example.org': { username: 'whole', password: 'secret' },
    'registry.example.org/team': { auth: basic('team:secret') },
    'empty.example.org': {},
  };
  const config = JSON.stringify({ auths });
  const file = join(folder, 'config.json');
  writeFileSync(file, config);
  const found = (env: NodeJS.ProcessEnv, registry: string, repository = 'a/b') =>
    credentialsOf(env, '/nowhere')(registry, repository);

  test.each([
    ['a text', { DOCKER_AUTH_CONFIG: config }],
    ['a file', { REGISTRY_AUTH_FILE: file }],
    ["Docker's folder", { DOCKER_CONFIG: folder }],
  ])('are found in %s', (_, env) => {
    expect(found(env, 'docker.io')).toBe(basic('docker:secret'));
    expect(found(env, 'registry.example.org')).toBe(basic('whole:secret'));
    expect(found(env, 'registry.example.org', 'team/keystone')).toBe(basic('team:secret'));
    expect(found(env, 'empty.example.org')).toBeUndefined();
    expect(found(env, 'quay.io')).toBeUndefined();
  });

  test('are none where there is no file', () => expect(found({}, 'docker.io')).toBeUndefined());

  test('that can not be read are told, without their text', () => {
    expect(messageOf(() => found({ DOCKER_AUTH_CONFIG: 'secret' }, 'a'))).toBe(
      "DOCKER_AUTH_CONFIG: found no JSON, such as Docker's config.json",
    );
    expect(messageOf(() => found({ REGISTRY_AUTH_FILE: '/nowhere/auth.json' }, 'a'))).toBe(
      'cannot read /nowhere/auth.json: there is no such file or folder (ENOENT)',
    );
    expect(messageOf(() => found({ REGISTRY_AUTH_FILE: __filename }, 'a'))).toBe(
      `${__filename}: found no JSON, such as Docker's config.json`,
    );
  });
});
