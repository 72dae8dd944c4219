// Finds options of all projects of a release by parts of their names. `<release>/options.js` brings the names.
const MOST_SHOWN = 200;
const lists = {};

/** Called by `options.js`. */
function addOptions(release, projects) {
  lists[release] = Object.entries(projects).flatMap(([project, files]) =>
    Object.entries(files).flatMap(([file, sections], i) =>
      Object.entries(sections).flatMap(([section, options]) =>
        options.split(' ').map((option) => ({
          text: `${project} ${file} [${section}] ${option}`,
          href: `${release}/${project}.html#${encodeURIComponent(`${i > 0 ? `${file}:` : ''}${section}.${option}`)}`,
        })),
      ),
    ),
  );
  search();
}

function search() {
  const release = document.querySelector('select').value;
  const words = document.querySelector('input').value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length > 0 && !lists[release]) load(release);
  const found =
    words.length > 0
      ? (lists[release] ?? []).filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)))
      : [];
  document.querySelector('#found').replaceChildren(...found.slice(0, MOST_SHOWN).map(lineOf));
  document.querySelector('table').hidden = words.length > 0;
  const rest = found.length > MOST_SHOWN ? `, the first ${MOST_SHOWN} here` : '';
  document.querySelector('output').textContent = words.length > 0 ? `${found.length}${rest}` : '';
}

function load(release) {
  lists[release] = [];
  const script = document.createElement('script');
  script.src = `${release}/options.js`;
  document.head.append(script);
}

function lineOf({ text, href }) {
  const line = document.createElement('li');
  const link = document.createElement('a');
  link.href = href;
  link.textContent = text;
  line.append(link);
  return line;
}

document.addEventListener('DOMContentLoaded', () => {
  document.querySelector('input').addEventListener('input', search);
  document.querySelector('select').addEventListener('change', search);
  search();
});
