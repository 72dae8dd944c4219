// Shows the entries of a page that have all words of the field in them, and hides sections that have none.
const field = document.querySelector('input');
const entries = [...document.querySelectorAll('dl > div')].map((element) => ({
  element,
  text: `${element.id} ${element.textContent}`.toLowerCase(),
}));
const sections = [...document.querySelectorAll('main section')];

function filter() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { element, text } of entries) {
    element.hidden = !words.every((word) => text.includes(word));
    if (!element.hidden) shown++;
  }
  for (const section of sections) {
    section.hidden = words.length > 0 && !section.querySelector('dl > div:not([hidden])');
  }
  document.querySelector('output').textContent = words.length > 0 ? `${shown} of ${entries.length}` : '';
}

/** A link leads to what may be hidden. */
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.closest('[hidden]')) return;
  field.value = '';
  filter();
  target.scrollIntoView();
}

field.addEventListener('input', filter);
window.addEventListener('hashchange', follow);
// Browsers keep what a field held.
filter();
