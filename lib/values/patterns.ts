// Parts of patterns, which RE2 and ECMAScript read alike.

/**
 * What breaks a line or does not survive Helm's YAML: controls, line and paragraph separators, the byte order mark
 * and the last two noncharacters. Written as characters, for RE2 and ECMAScript spell escapes differently.
 */
export const UNPRINTABLE = '\\p{Cc}\\p{Zl}\\p{Zp}\uFEFF\uFFFE\uFFFF';

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
export const IPV4 = `${OCTET}(\\.${OCTET}){3}`;
