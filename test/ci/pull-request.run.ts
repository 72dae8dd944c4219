import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { MARKER, MARKER_TEXT } from '../../lib/cloud/write';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { VERSION } from '../../lib/version';
import { compiledProject } from '../support/project';
import { TOKEN, commentsApi } from './comments';
import type { Comments } from './comments';
import { checkout, folderFor } from './repository';
import type { Content, Request } from './repository';
import { action, gitlabJob, machine, root, runAction, runGitLabJob } from './runners';
import type { Machine } from './runners';

/** A small cloud; without passwords, as every cloud of a CI. */
const small: JsonMap = {
  global: {
    networkPolicy: { nodeCidrs: ['192.0.2.0/24'] },
    passwords: { existingSecret: 'openstack-passwords' },
  },
  ...Object.fromEntries(
    ['glance', 'neutron', 'nova', 'openvswitch', 'placement', 'post-deploy'].map((name) => [name, { enabled: false }]),
  ),
};

let on: Machine;
let api: Comments;
/** What commits hold, a cloud and what it gives: as it was, with a change, and with one that Kubernetes does not take. */
let asItWas: Content & { readonly gitops: string };
let debugging: Content;
let refused: Content;

const was = JSON.stringify(small);
const debug = JSON.stringify(mergeLayers(small, { global: { debug: true } }));
/** The volumes of a StatefulSet stay as they are. */
const larger = JSON.stringify(mergeLayers(small, { mariadb: { server: { storage: { size: '30Gi' } } } }));

beforeAll(async () => {
  const project = compiledProject();
  on = machine(project);
  api = await commentsApi();
  const committed = (cloud: string) => {
    const folder = folderFor('cloud');
    writeFileSync(join(folder, 'cloud.yaml'), cloud);
    const args = [join(project, 'cli', 'main.js'), 'synth', '-c', 'cloud.yaml', '-o', 'gitops'];
    execFileSync(process.execPath, args, { cwd: folder });
    return { files: { 'cloud.yaml': cloud }, gitops: join(folder, 'gitops') };
  };
  asItWas = committed(was);
  debugging = committed(debug);
  refused = committed(larger);
}, 300_000);
beforeEach(() => api.clear());
afterAll(() => api.close());

interface Job {
  readonly inputs?: { readonly [name: string]: string };
  readonly token?: string;
  /** Default: 7. Empty: it is no pull request. */
  readonly number?: string;
  readonly variables?: NodeJS.ProcessEnv;
}

const github = (request: Request, { inputs = {}, token = TOKEN, number = '7', variables = {} }: Job = {}) =>
  runAction(
    on,
    checkout(request),
    inputs,
    { 'github.token': token, 'github.event.pull_request.number': number },
    { GITHUB_API_URL: api.github, ...variables },
  );
const gitlab = (request: Request, variables: NodeJS.ProcessEnv = {}) =>
  runGitLabJob(on, checkout({ at: 'head', ...request }), {
    CI_API_V4_URL: api.gitlab,
    KOLLA_CDK8S_TOKEN: TOKEN,
    ...variables,
  });
const bodies = (): string[] => api.list.map(({ body }) => body);
const writes = (): string[] => api.requests.filter((request) => !request.startsWith('GET '));

describe('action.yml', () => {
  test('a change is a comment, which the next run updates', async () => {
    api.list.push(...Array.from({ length: 100 }, (_, id) => ({ id, body: 'of somebody else' })));
    const first = await github({ before: asItWas, after: debugging });
    expect(first).toMatchObject({ status: 0, outputs: { changed: 'true', refused: 'false' } });
    const [comment] = bodies().slice(100);
    expect(comment).toMatch(/^<!-- kolla-cdk8s: gitops -->\n### kolla-cdk8s: `gitops`\n\n✅ \*\*.* changed; /);
    expect(comment).toContain('| `Deployment/keystone-api` | ');
    expect(comment).toContain('+debug = true');
    expect(first.summary).toBe(comment);
    expect(first.npm).toMatch(new RegExp(` kolla-cdk8s@${VERSION}\n$`));
    // The token is for curl alone.
    expect(first.given).toContain('KOLLA_CDK8S_CLOUD=cloud.yaml\n');
    expect(first.given).not.toContain(TOKEN);

    const second = await github({ before: asItWas, after: asItWas });
    expect(second).toMatchObject({ status: 0, outputs: { changed: 'false', refused: 'false' } });
    expect(bodies().slice(100)).toEqual([
      '<!-- kolla-cdk8s: gitops -->\n### kolla-cdk8s: `gitops`\n\nNo object is other than in the target branch.\n',
    ]);
    const comments = '/github/repos/example/clouds/issues';
    expect(writes()).toEqual([`POST ${comments}/7/comments`, `PATCH ${comments}/comments/1100`]);
  });

  test('nothing changes: no comment is begun', async () => {
    const { status, summary } = await github({ before: asItWas, after: asItWas });
    expect({ status, writes: writes() }).toEqual({ status: 0, writes: [] });
    expect(summary).toContain('No object is other than in the target branch.');
  });

  test('what is committed is not what the cloud gives', async () => {
    const after = { ...asItWas, files: { 'cloud.yaml': debug } };
    const { status, log, outputs } = await github({ before: asItWas, after });
    expect({ status, outputs }).toEqual({ status: 1, outputs: { changed: 'true', refused: 'false' } });
    expect(log).toContain('\n::error::gitops is not what cloud.yaml gives: run synth and commit\n');
    const [comment] = bodies();
    expect(comment).toContain(
      `❌ **\`gitops\` is not what \`cloud.yaml\` gives.** Run this, with kolla-cdk8s ${VERSION}, `,
    );
    expect(comment).toContain('\n\n    kolla-cdk8s synth --cloud=cloud.yaml --out gitops\n\n');
    expect(comment).toMatch(/\n {4}M\tmanifests\/keystone\/\S+\.yaml\n/);
    expect(comment).toContain('+debug = true');
  });

  test('only manifests are committed, and one by hand', async () => {
    const folder = folderFor('by-hand');
    cpSync(join(asItWas.gitops, 'manifests'), join(folder, 'manifests'), { recursive: true });
    const alone = { ...asItWas, gitops: folder };
    expect(await github({ before: alone, after: alone })).toMatchObject({ status: 0 });
    const more = folderFor('by-hand');
    cpSync(folder, more, { recursive: true });
    writeFileSync(join(more, 'manifests', 'keystone', 'mine.yaml'), 'by hand');
    // What `git archive` leaves out, is committed nevertheless.
    writeFileSync(join(more, 'manifests', 'keystone', '.gitattributes'), '* export-ignore\n');
    const { status } = await github({ before: alone, after: { ...alone, gitops: more } });
    expect(status).toBe(1);
    expect(bodies()[0]).toContain('\n    D\tmanifests/keystone/mine.yaml\n');
  });

  test('nothing is committed yet', async () => {
    const { gitops: _, ...after } = asItWas;
    const { status, log } = await github({ before: {}, after });
    expect(status).toBe(1);
    expect(log).toContain('gitops is not what cloud.yaml gives: run synth and commit');
  });

  test('a new cloud', async () => {
    const { status, outputs } = await github({ before: {}, after: asItWas });
    expect({ status, outputs }).toEqual({ status: 0, outputs: { changed: 'true', refused: 'false' } });
    expect(bodies()[0]).toContain('All of `gitops/manifests` is new: there is nothing of it in the target branch.');
  });

  test.each([
    ['refused', 2, '::error::something would be refused: see the report'],
    ['never', 0, '::warning::something would be refused: see the report'],
  ])('what Kubernetes refuses, with fail-on: %s', async (failOn, status, said) => {
    const run = await github({ before: asItWas, after: refused }, { inputs: { 'fail-on': failOn } });
    expect(run).toMatchObject({ status, outputs: { changed: 'true', refused: 'true' } });
    expect(run.log).toContain(`\n${said}\n`);
    expect(bodies()[0]).toContain('| `StatefulSet/mariadb` | `spec.volumeClaimTemplates');
  });

  test('a cloud that is not valid, even with fail-on: never', async () => {
    const after = { ...asItWas, files: { 'cloud.yaml': 'keystone: { api: { replicas: "`</pre>`" } }' } };
    const { status, log } = await github({ before: asItWas, after }, { inputs: { 'fail-on': 'never' } });
    expect(status).toBe(1);
    expect(log).toContain('\n::error::cloud.yaml cannot be synthesized\n');
    expect(bodies()[0]).toContain(
      '\n\n❌ **`cloud.yaml` cannot be synthesized:**\n\n    the values of openstack are not',
    );
    expect(bodies()[0]).toContain('\n      keystone.api.replicas: found the string "`</pre>`", ');
  });

  test('manifests of the target branch that cannot be read', async () => {
    const broken = folderFor('broken');
    mkdirSync(join(broken, 'manifests'));
    writeFileSync(join(broken, 'manifests', 'a.yaml'), 'no: object');
    const { status, log } = await github({ before: { gitops: broken }, after: asItWas });
    expect(status).toBe(1);
    expect(log).toContain('/a.yaml: an object of Kubernetes has apiVersion, kind and metadata.name');
    expect(log).toContain('\n::error::gitops/manifests of the target branch cannot be compared: see the log\n');
  });

  test('a fork may not comment, and its pull request is judged all the same', async () => {
    api.refusal = { status: 403, message: 'Resource not accessible by integration' };
    const { status, log, summary } = await github({ before: asItWas, after: refused });
    expect(status).toBe(2);
    expect(log).toContain(
      '::warning::no comment: HTTP 403: {"message":"Resource not accessible by integration"} (the token may not write',
    );
    expect(summary).toContain('| `StatefulSet/mariadb` | ');
  });

  test.each([
    ['an error of the server', {}, '::warning::no comment: HTTP 500: {"message":"Oops"}'],
    ['no server', { GITHUB_API_URL: 'http://127.0.0.1:1' }, '::warning::no comment: curl: '],
  ])('%s: the verdict is that of the cloud', async (_, variables, said) => {
    api.refusal = { status: 500, message: 'Oops' };
    const { status, log } = await github({ before: asItWas, after: debugging }, { variables });
    expect(status).toBe(0);
    expect(log).toContain(said);
  });

  test.each([
    ['no token', { token: '' }, '::notice::no comment: there is no token'],
    ['comment: false, and another version', { inputs: { comment: 'false', version: '0.0.9' } }, 'No object'],
  ])('%s: nobody is asked', async (_, job: Job, said) => {
    const { status, log, summary, npm } = await github({ before: asItWas, after: asItWas }, job);
    expect({ status, requests: api.requests }).toEqual({ status: 0, requests: [] });
    expect(log).toContain(said);
    expect(summary).toContain('No object is other than in the target branch.');
    expect(npm).toMatch(new RegExp(` kolla-cdk8s@${job.inputs?.['version'] ?? VERSION}\n$`));
  });

  test('a push: what is committed is compared with what the cloud gives, without a comment', async () => {
    const run = await github({ before: debugging, after: debugging, at: 'target' }, { number: '' });
    expect(run).toMatchObject({ status: 0, outputs: { changed: 'false' } });
    expect(run.summary).toContain('No object is other than in what is committed.');
    const stale = { ...asItWas, files: { 'cloud.yaml': debug } };
    expect(await github({ before: stale, after: stale, at: 'target' }, { number: '' })).toMatchObject({ status: 1 });
    expect(api.requests).toEqual([]);
  });

  test('files of others beside what synth wrote stay', async () => {
    const beside = { 'gitops/manifests/README.md': 'mine', 'gitops/manifests/mine/patch.yaml': 'kind: Mine\n' };
    const run = await github({
      before: { ...asItWas, files: { ...asItWas.files, ...beside } },
      after: { ...asItWas, files: { ...asItWas.files, ...beside } },
    });
    expect(run).toMatchObject({ status: 0, outputs: { changed: 'false' } });
  });

  test('the branch is checked out, not the merge', async () => {
    const { status, log } = await github({ before: asItWas, after: debugging, at: 'head' });
    expect(status).toBe(1);
    expect(log).toContain('::error::what is checked out is not the merge of the pull request: leave the ref of ');
  });

  test('texts of others are no programs', async () => {
    const evil = '$(touch${IFS}pwned);`touch${IFS}pwned`';
    const folder = 'a b;touch pwned #&|"\'';
    const files = {
      [`${evil}.yaml`]: was,
      [`gitops/manifests/${folder}.yaml`]: '::error::of a file',
      [`gitops/manifests/${MARKER}`]: `${MARKER_TEXT}${folder}.yaml\n`,
      pwner: '',
    };
    const request = { before: asItWas, after: { files }, branch: evil };
    const place = checkout(request);
    const inputs = { cloud: `\n  ${evil}.yaml\n\n`, args: '--name $(touch${IFS}pwned)' };
    const context = { 'github.token': TOKEN, 'github.event.pull_request.number': '7' };
    const variables = { GITHUB_API_URL: api.github, GITHUB_HEAD_REF: evil, PR_TITLE: evil };
    const misnamed = await runAction(on, place, inputs, context, variables);
    expect(misnamed.status).toBe(1);
    expect(bodies()[0]).toContain('the release name: found "$(touch${IFS}pwned)", ');
    const named = await runAction(on, place, { ...inputs, args: '--name\n  north ' }, context, variables);
    expect(named.status).toBe(1);
    expect(bodies()[0]).toContain(`    D\t"manifests/a b;touch pwned #&|\\"'.yaml"\n`);
    expect(bodies()[0]).toContain(`--cloud=\\$\\(touch\\$\\{IFS\\}pwned\\)`);
    expect(readdirSync(place.folder).sort()).toEqual([
      '$(touch${IFS}pwned);`touch${IFS}pwned`.yaml',
      '.git',
      'README.md',
      'gitops',
      'pwner',
    ]);
  });

  test('no line of a report is a command of the runner', async () => {
    const after = { ...asItWas, files: { 'cloud.yaml': '? "\\n::error::of a cloud"\n: 1\n' } };
    const { log } = await github({ before: asItWas, after });
    const [, token, stopped] = /^::stop-commands::(.+)\n([^]*)\n::\1::\n/m.exec(log) ?? [];
    expect(token).toMatch(/^tmp\..{10}$/);
    expect(stopped).toContain('::error::of a cloud');
    expect(log.replace(stopped ?? '', '')).not.toContain('::error::of a cloud');
  });

  test('no program holds an expression, and no action of others is used but that for Node', () => {
    const { using, steps } = action.runs;
    expect(using).toBe('composite');
    expect(steps.flatMap(({ uses = [] }) => uses)).toEqual(['actions/setup-node@v6']);
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
    const used = JSON.stringify(steps);
    for (const name of Object.keys(action.inputs)) expect(used).toContain(`\${{ inputs.${name} }}`);
  });

  test('fail-on is one of two', async () => {
    const run = await github({ before: asItWas, after: asItWas }, { inputs: { 'fail-on': 'always' } });
    expect(run.status).toBe(1);
    expect(run.log).toContain("::error::fail-on: found 'always', refused or never is needed");
  });
});

describe('docs/ci/gitlab.yml', () => {
  const notes = '/gitlab/projects/12/merge_requests/7/notes';

  test('a change is a note, which the next pipeline updates', async () => {
    const first = await gitlab({ before: asItWas, after: debugging });
    expect(first.status).toBe(0);
    expect(bodies()[0]).toContain('+debug = true');
    expect(first.log).toContain(bodies()[0]);
    expect(first.npm).toMatch(new RegExp(` kolla-cdk8s@${VERSION}\n$`));
    expect(await gitlab({ before: asItWas, after: asItWas })).toMatchObject({ status: 0 });
    expect(bodies()).toEqual([expect.stringContaining('No object is other than in the target branch.')]);
    expect(writes()).toEqual([`POST ${notes}`, `PUT ${notes}/1000`]);
  });

  test('a pipeline of merged results compares with the newest commit of the target branch', async () => {
    const place = checkout({ before: asItWas, after: debugging });
    const variables = { CI_API_V4_URL: api.gitlab, KOLLA_CDK8S_TOKEN: TOKEN };
    const of = {
      ...variables,
      CI_MERGE_REQUEST_TARGET_BRANCH_SHA: place.target,
      CI_MERGE_REQUEST_DIFF_BASE_SHA: 'none',
    };
    expect(await runGitLabJob(on, place, of)).toMatchObject({ status: 0 });
    expect(bodies()[0]).toContain('+debug = true');
  });

  test('what Kubernetes refuses', async () => {
    const run = await gitlab({ before: asItWas, after: refused });
    expect(run.status).toBe(2);
    expect(run.log).toContain('\nerror: something would be refused: see the report\n');
  });

  test.each([
    ['no token, as in a fork', { KOLLA_CDK8S_TOKEN: '' }, 'notice: no comment: there is no token to write it with'],
    ['a token of another project', { KOLLA_CDK8S_TOKEN: 'another' }, 'warning: no comment: HTTP 401: {"message":'],
  ])('%s', async (_, variables, said) => {
    const run = await gitlab({ before: asItWas, after: debugging }, variables);
    expect(run.status).toBe(0);
    expect(run.log).toContain(said);
    expect(writes()).toEqual([]);
  });

  test('the target branch cannot be fetched', async () => {
    const run = await gitlab({ before: asItWas, after: debugging }, { CI_MERGE_REQUEST_DIFF_BASE_SHA: 'f'.repeat(40) });
    expect(run.status).toBe(1);
    expect(run.log).toContain(`error: the commit ${'f'.repeat(40)} of the target branch cannot be fetched: `);
  });

  test('it is for merge requests, and installs the version of this project', () => {
    expect(gitlabJob.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }]);
    expect(gitlabJob.variables['KOLLA_CDK8S_VERSION']).toBe(VERSION);
  });
});

describe('docs/ci.md', () => {
  const page = readFileSync(join(root, 'docs', 'ci.md'), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text]) => text!);

  test('its workflow is short, and uses the action of this version with inputs that there are', () => {
    const [text = ''] = examples;
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
    const workflow = load(text) as {
      readonly permissions: object;
      readonly jobs: { readonly cloud: { steps: Step[] } };
    };
    expect(workflow.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    const step = workflow.jobs.cloud.steps.find(({ uses }) => uses.startsWith('kolla-cdk8s/'))!;
    expect(step.uses).toBe(`kolla-cdk8s/kolla-cdk8s@v${VERSION}`);
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
  });

  test('every input, output and variable is on it', () => {
    const names = [action.inputs, action.outputs, gitlabJob.variables].flatMap((of) => Object.keys(of));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect(examples.join('')).toContain(`/v${VERSION}/docs/ci/gitlab.yml`);
  });
});

interface Step {
  readonly uses: string;
  readonly with: object;
}
