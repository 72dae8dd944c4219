import { DEFAULT_SCALAR_STYLE_RULES, SCALAR_STYLE, dump } from 'js-yaml';
import type { ScalarStyleRule } from 'js-yaml';
import type { JsonMap } from '../values/expression';

/** Text that Go's YAML parser takes for a number and the printer does not: digits with `_` between. */
const LOOKS_LIKE_NUMBER = /^[-+.\d][\d_.eE+-]*_[\d_.eE+-]*$/;

const quoteNumbers: ScalarStyleRule = (layout) => {
  if (layout.style === SCALAR_STYLE.PLAIN && LOOKS_LIKE_NUMBER.test(layout.node.value)) {
    layout.style = SCALAR_STYLE.SINGLE_QUOTED;
  }
};
const scalarStyleRules = [...Object.values(DEFAULT_SCALAR_STYLE_RULES), quoteNumbers];

/** YAML as a person would write it, and any parser reads it. */
export const yaml = (object: JsonMap): string =>
  dump(object, { lineWidth: -1, noRefs: true, seqNoIndent: true, scalarStyleRules });
