import type { FileTable, Options } from '../../lib/config/oslo/table';
import { link, markup, page } from './html';
import type { Content } from './html';
import { optionsOf, sectionsOf } from './project';
import type { Project } from './project';

/** A project in each release; undefined in one that does not have it. */
export interface Row {
  readonly name: string;
  readonly projects: readonly (Project | undefined)[];
  /** Where it says what changed. */
  readonly changes: readonly { readonly title: string; readonly path: string }[];
}

/** Every project, and a search for options in all of a release. */
export const indexPage = (releases: readonly string[], rows: readonly Row[]): string =>
  page({
    title: "OpenStack's options",
    root: '',
    script: 'search.js',
    body: markup`<header>
<h1>OpenStack's options</h1>
<p class="from">Every option and policy rule that the projects' packages register, by kolla-cdk8s.</p>
</header>
<p class="search"><label>Search options <input type="search" autocomplete="off"></label> <label>of <select>${[
      ...releases,
    ]
      .reverse()
      .map((release) => markup`<option>${release}</option>`)}</select></label> <output></output></p>
<main>
<ol id="found"></ol>
<table>
<thead><tr><th>Project</th>${releases.map((release) => markup`<th>${release}</th>`)}<th>What changed</th></tr></thead>
<tbody>
${rows.map(
  ({ name, projects, changes }) => markup`<tr><th>${name}</th>${projects.map(
    (project) => markup`<td>${project ? version(project) : 'none'}</td>`,
  )}<td>${changes.map(({ title, path }) => link(title, path))}</td></tr>
`,
)}</tbody>
</table>
</main>`,
  });

const version = (project: Project): Content =>
  link(`${project.package} ${project.versions[project.package] ?? ''}`, `${project.release}/${project.name}.html`);

/** What `search.js` looks through: the names of all options of a release, by project, file and section. */
export function searchList(release: string, projects: readonly Project[]): string {
  const names = (options: Options) => optionsOf(options).map(([name]) => name);
  const inFile = (table: FileTable) =>
    Object.fromEntries(sectionsOf(table).map(([section, options]) => [section, names(options).join(' ')] as const));
  const inProject = ({ files }: Project) =>
    Object.fromEntries(files.map((table) => [table.file, inFile(table)] as const));
  const list = Object.fromEntries(projects.map((project) => [project.name, inProject(project)] as const));
  return `addOptions(${JSON.stringify(release)}, ${JSON.stringify(list)});\n`;
}
