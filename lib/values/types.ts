import { z } from 'zod';
import type { Secret } from './value';

/**
 * What breaks a line or does not survive Helm's YAML: controls, line and paragraph separators, the byte order mark
 * and the last two noncharacters. Written as characters, for RE2 and ECMAScript spell escapes differently.
 */
const UNPRINTABLE = '\\p{Cc}\\p{Zl}\\p{Zp}\uFEFF\uFFFE\uFFFF';
const pattern = (source: string): RegExp => new RegExp(source, 'u');

/** One line of text, maybe empty. */
export const line = (): z.ZodString => z.string().regex(pattern(`^[^${UNPRINTABLE}]*$`));

/** One line of text with at least one character. */
export const word = (): z.ZodString => z.string().regex(pattern(`^[^${UNPRINTABLE}]+$`));

/** A whole file: text that begins with a visible character. Rendered with one line break at its end. */
export const fileText = (): z.ZodString =>
  z.string().regex(pattern(`^[^${UNPRINTABLE}\\p{Zs}]([^${UNPRINTABLE}]|[\\t\\n])*$`));

/** A TCP or UDP port. */
export const port = (): z.ZodInt => z.int().min(1).max(65535);

/** A count: 0 or more. */
export const count = (): z.ZodInt => z.int().min(0);

/** Seconds, 1 or more. */
export const seconds = (): z.ZodInt => z.int().min(1);

/** A host name, an IPv4 or an IPv6 address; a user, a database: what may stand in a URL as it is. */
export const host = (): z.ZodString => z.string().regex(pattern('^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$'));

/** A name made of letters, digits, `.`, `_` and `-`. */
export const identifier = (): z.ZodString => z.string().regex(pattern('^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$'));

/** The name of a Kubernetes object. */
export const objectName = (): z.ZodString => z.string().regex(pattern('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'));

/** An HTTP or HTTPS URL without user, query and fragment. */
export const url = (): z.ZodString =>
  z.string().regex(pattern('^https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?$'));

/** A block of addresses in CIDR form. */
export const cidr = (): z.ZodString => z.string().regex(pattern('^[0-9A-Fa-f.:]+/[0-9]{1,3}$'));

/** A Kubernetes quantity: `500m`, `1Gi`, 2. */
export const quantity = () =>
  z.union([z.string().regex(pattern('^[0-9]+(\\.[0-9]+)?([numkMGTPE]|[KMGTPE]i)?$')), z.int().min(0)]);

const LABEL_NAME = '[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?';
const labelKey = () => z.string().regex(pattern(`^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?${LABEL_NAME}$`));

/** Labels, or a node selector: any keys and values that Kubernetes takes. */
export const labels = () => z.record(labelKey(), z.string().regex(pattern(`^(${LABEL_NAME})?$`)));

/** Annotations: any text under a Kubernetes key. */
export const annotations = () => z.record(labelKey(), line());

/** A closed object all of whose members have defaults. */
export const group = <S extends z.ZodRawShape>(shape: S) => {
  const object = z.strictObject(shape);
  return object.prefault({} as z.input<typeof object>);
};

/** A password: one line, never empty, never with a default. Its value may only go to a Secret, a hole or a digest. */
export const password = () => (word() as unknown as z.ZodType<Secret, Secret>).meta({ writeOnly: true });
