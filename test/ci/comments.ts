import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Comment {
  readonly id: number;
  body: string;
}

/** The comments of one pull or merge request, number 7, as the APIs of GitHub and GitLab serve and take them. */
export interface Comments {
  readonly github: string;
  readonly gitlab: string;
  /** What is there, the oldest first. */
  readonly list: Comment[];
  /** What was asked, as `POST /github/…`. */
  readonly requests: string[];
  /** How what would change something is answered, instead of being done. */
  refusal: { readonly status: number; readonly message: string } | undefined;
  /** Forgets all. */
  clear(): void;
  close(): Promise<void>;
}

/** What opens the APIs. */
export const TOKEN = 'a-token-of-tests';

const LISTS = ['/github/repos/example/clouds/issues/7/comments', '/gitlab/projects/12/merge_requests/7/notes'];
const ONE =
  /^(PATCH \/github\/repos\/example\/clouds\/issues\/comments|PUT \/gitlab\/projects\/12\/merge_requests\/7\/notes)\/(\d+)$/;

export async function commentsApi(): Promise<Comments> {
  const list: Comment[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });

  async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const asked = `${request.method} ${pathname}`;
    requests.push(asked);
    const { authorization, 'private-token': privateToken } = request.headers;
    const shown = pathname.startsWith('/github/') ? authorization === `Bearer ${TOKEN}` : privateToken === TOKEN;
    if (!shown) return { status: 401, body: { message: 'Bad credentials' } };
    if (request.method === 'GET' && LISTS.includes(pathname)) {
      const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
      return { status: 200, body: list.slice((page - 1) * size, page * size) };
    }
    const { body } = JSON.parse(await text(request)) as { readonly body: string };
    if (api.refusal) return { status: api.refusal.status, body: { message: api.refusal.message } };
    const id = Number(ONE.exec(asked)?.[2]);
    const comment = list.find((one) => one.id === id);
    if (comment) {
      comment.body = body;
      return { status: 200, body: comment };
    }
    if (request.method !== 'POST' || !LISTS.includes(pathname)) return { status: 404, body: { message: 'Not Found' } };
    list.push({ id: 1000 + list.length, body });
    return { status: 201, body: list.at(-1) };
  }

  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: Comments = {
    github: `${url}/github`,
    gitlab: `${url}/gitlab`,
    list,
    requests,
    refusal: undefined,
    clear() {
      list.length = 0;
      requests.length = 0;
      api.refusal = undefined;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return api;
}
