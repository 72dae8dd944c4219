import type { ImageName } from '../lib/cloud/images';
import type { Credentials } from './registry-credentials';

/** What a registry says of an image. */
export type Answer =
  { readonly status: 'there' | 'missing' } | { readonly status: 'unknown'; /** Why. */ readonly reason: string };

export interface RegistryOptions {
  readonly credentials?: Credentials;
  /** Registries to be asked by http, without encryption. Those of this machine (loopback) always are. */
  readonly insecure?: readonly string[];
  /** How often to ask where the answer may be another one later. Default: 3. */
  readonly tries?: number;
  /** How long to wait for one answer, in milliseconds. Default: 20 seconds. */
  readonly timeout?: number;
  /** How long to wait before the second time, in milliseconds; doubled each time after. Default: half a second. */
  readonly pause?: number;
  /** Is told how many of the images have an answer, each time that there is one more. */
  readonly answered?: (count: number) => void;
}

/** How many images are asked for at the same time. */
const AT_ONCE = 8;

/** No registry is waited for longer than this before the next try, whatever it asks for. */
const LONGEST_PAUSE = 30_000;

/** All kinds of manifests: of one platform, and lists of several (source: OCI image-spec, Docker's image manifest v2.2). */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Docker's registry answers elsewhere than it is called. */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/**
 * Asks the registries of images whether they have them (OCI distribution-spec: HEAD of the manifest), several at once.
 *
 * @returns an answer for each, in the same order
 */
export async function askFor<I extends ImageName>(
  images: readonly I[],
  options: RegistryOptions = {},
): Promise<(readonly [I, Answer])[]> {
  const answers: (readonly [I, Answer])[] = [];
  const queue = images.entries();
  let count = 0;
  const worker = async (): Promise<void> => {
    for (const [i, image] of queue) {
      answers[i] = [image, await answerFor(image, options)];
      options.answered?.((count += 1));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

/** What went wrong, said so that it can be printed. */
class Unanswered extends Error {
  /**
   * @param again it may go well later
   * @param pause how long the registry wants to be left alone, in milliseconds
   */
  constructor(
    reason: string,
    readonly again = false,
    readonly pause?: number,
  ) {
    super(reason);
  }
}

async function answerFor(image: ImageName, options: RegistryOptions): Promise<Answer> {
  const { tries = 3, pause = 500 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await askOnce(image, options);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (!error.again || attempt >= tries) return { status: 'unknown', reason: error.message };
      const wait = error.pause ?? pause * 2 ** (attempt - 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, LONGEST_PAUSE)));
    }
  }
}

async function askOnce(image: ImageName, options: RegistryOptions): Promise<Answer> {
  const { registry, repository, tag, digest } = image;
  const basic = options.credentials?.(registry, repository);
  const origin = `${isPlain(registry, options) ? 'http' : 'https'}://${API_HOSTS[registry] ?? registry}`;
  const url = `${origin}/v2/${repository}/manifests/${digest ?? tag}`;
  const head = (authorization?: string): Promise<Response> =>
    request(url, registry, options, {
      method: 'HEAD',
      headers: { accept: MANIFESTS, ...(authorization !== undefined && { authorization }) },
    });
  const first = await head();
  if (first.status !== 401) return answerOf(first, registry);
  const challenge = first.headers.get('www-authenticate') ?? '';
  const isBasic = /^basic\b/i.test(challenge);
  const authorization = isBasic ? basic && `Basic ${basic}` : await bearer(challenge, image, basic, options);
  if (authorization === undefined) throw new Unanswered(`${registry} wants a user and a password`);
  const second = await head(authorization);
  if (isBasic && second.status === 401) throw new Unanswered(`${registry} does not take the user and the password`);
  return answerOf(second, registry);
}

function answerOf(response: Response, registry: string): Answer {
  const { status } = response;
  if (response.ok) return { status: 'there' };
  if (status === 404) return { status: 'missing' };
  // Some say so of a repository that they do not have.
  if (status === 401 || status === 403)
    throw new Unanswered(
      `${registry} refuses (HTTP ${status}): there is no such repository, or it is not for everybody`,
    );
  throw unanswered(response, registry);
}

/** An answer that says nothing of the image. Servers that are busy or broken may have another one later. */
function unanswered({ status, headers }: Response, who: string): Unanswered {
  const reason = `${who} answers with HTTP ${status}`;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new Unanswered(reason, status === 429 || status >= 500, seconds >= 0 ? seconds * 1000 : undefined);
}

/** The part of a token server's answer that counts: either name serves. */
interface TokenAnswer {
  readonly token?: unknown;
  readonly access_token?: unknown;
}

/** A token for a repository, of the server that the registry names; of anybody's where there are no credentials. */
async function bearer(
  challenge: string,
  { registry, repository }: ImageName,
  basic: string | undefined,
  options: RegistryOptions,
): Promise<string> {
  const { realm, service, scope = `repository:${repository}:pull` } = parametersOf(challenge);
  if (!/^bearer\b/i.test(challenge) || realm === undefined || !URL.canParse(realm))
    throw new Unanswered(`${registry} wants a proof of identity that is neither a password nor a token`);
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isPlain(url.host, options)))
    throw new Unanswered(`${registry} names a token server without https: ${url.host}`);
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  const response = await request(url.href, url.host, options, {
    headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
  });
  if (response.status === 401 || response.status === 403)
    throw new Unanswered(
      basic === undefined
        ? `${url.host} gives a token only with a user and a password`
        : `${url.host} does not take the user and the password`,
    );
  if (!response.ok) throw unanswered(response, url.host);
  const { token, access_token: other } = (await response.json().catch(() => ({}))) as TokenAnswer;
  const found = [token, other].find((one) => typeof one === 'string');
  if (found === undefined) throw new Unanswered(`${url.host} answers without a token`);
  return `Bearer ${found}`;
}

/** `Bearer realm="https://…",service="…",scope="a,b"` (RFC 9110, section 11.6.1). */
const parametersOf = (challenge: string): Partial<Record<string, string>> =>
  Object.fromEntries(
    [...challenge.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g)].map(([, name, quoted, plain]) => [
      name!.toLowerCase(),
      quoted?.replace(/\\(.)/g, '$1') ?? plain,
    ]),
  );

/** Whether a registry is asked by http. */
const isPlain = (registry: string, { insecure = [] }: RegistryOptions): boolean =>
  insecure.includes(registry) || /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(registry);

async function request(url: string, who: string, { timeout = 20_000 }: RegistryOptions, init: RequestInit) {
  const signal = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, { ...init, signal });
    if (!response.ok) await response.body?.cancel();
    return response;
  } catch (error) {
    if (signal.aborted) throw new Unanswered(`${who} does not answer within ${timeout / 1000} s`, true);
    const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
    // Its own message may show the credentials.
    if (cause === undefined) throw new Unanswered(`${who} cannot be asked with the credentials that there are`);
    throw new Unanswered(`cannot reach ${who}: ${cause.code ?? cause.message}`, true);
  }
}
