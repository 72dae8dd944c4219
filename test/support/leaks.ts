import type { JsonMap } from '../../lib/values/expression';

/** What is left in a text where a value should be, by who leaves it. */
const LEFTOVERS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["Go's missing value", /<no value>|<nil>/],
  ["Go's bad printf", /%!(?:[A-Za-z]?\(|NOVERB)/],
  ['a token that nobody filled', /[\uFDD0\uFDD1]/],
  ["JavaScript's object", /\[object \w+\]/],
  ["JavaScript's undefined", /\bundefined\b/],
];

/** What of {@link LEFTOVERS} a text holds, each with what stands around it. */
export const leftoversIn = (text: string): string[] =>
  LEFTOVERS.flatMap(([what, pattern]) => {
    const at = text.search(pattern);
    return at < 0 ? [] : [`${what}: …${text.slice(Math.max(0, at - 40), at + 40)}…`];
  });

/**
 * The ways in which a password could stand in a text: as it is, or quoted for JSON, by Go or JavaScript, for YAML, for
 * INI files or URLs, or in base64 with any text around it.
 */
function formsOf(password: string): string[] {
  const json = JSON.stringify(password).slice(1, -1);
  const inGo = json.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  const yaml = password.replace(/'/g, "''");
  const ini = password.replace(/\$/g, '$$$$');
  const url = encodeURIComponent(password);
  const strictUrl = url.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return [...new Set([password, json, inGo, yaml, ini, url, strictUrl, ...inBase64(password)])];
}

/** Three bytes are four characters: what begins at each of the three, less the characters that share bits with others. */
const inBase64 = (text: string): string[] =>
  [0, 1, 2].map((before) => {
    const base64 = Buffer.from(`${'x'.repeat(before)}${text}`)
      .toString('base64')
      .replace(/=+$/, '');
    return base64.slice(before === 0 ? 0 : before + 1, -1);
  });

/** Finds leftovers, and any of some passwords, by name. */
export function leakFinder(passwords: { readonly [name: string]: string }) {
  const forms = Object.entries(passwords).map(([name, password]) => [name, formsOf(password)] as const);
  const inText = (text: string): string[] => [
    ...leftoversIn(text),
    ...forms.filter(([, some]) => some.some((form) => text.includes(form))).map(([name]) => `the password ${name}`),
  ];
  return {
    inText,
    /** In any text or key of an object. A Secret may hold passwords in its data, but no leftovers. */
    inObject: (object: JsonMap): string[] => {
      const { data, stringData, ...rest } = object;
      if (object['kind'] !== 'Secret') return inText(textsOf(object));
      const decoded = Object.values((data ?? {}) as { readonly [key: string]: string }).map((text) =>
        Buffer.from(text, 'base64').toString(),
      );
      return [...inText(textsOf(rest)), ...leftoversIn(textsOf([stringData ?? null, ...decoded]))];
    },
  };
}

/** All texts in a value, keys among them, as one. */
function textsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, inner]) => `${key}\0${textsOf(inner)}`)
    .join('\0');
}
