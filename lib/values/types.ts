import { z } from 'zod';
import type { Secret } from './value';

/**
 * What breaks a line or does not survive Helm's YAML: controls, line and paragraph separators, the byte order mark
 * and the last two noncharacters. Written as characters, for RE2 and ECMAScript spell escapes differently.
 */
const UNPRINTABLE = '\\p{Cc}\\p{Zl}\\p{Zp}\uFEFF\uFFFE\uFFFF';
const pattern = (source: string): RegExp => new RegExp(source, 'u');

/** Helm takes `<no value>` out of whatever it renders: a text that held it would lose it. Twin of `NOT_TAKEN`. */
export const isKept = (text: string): boolean => !text.includes('<no value>');
export const NOT_TAKEN = { type: 'string', pattern: '<no value>' } as const;
const kept = (text: z.ZodString): z.ZodString => text.refine(isKept);

/** A string that a pattern describes; `title` says it in an error. */
export const text = (source: string, title: string): z.ZodString => z.string().regex(pattern(source)).meta({ title });

/** One line of text, maybe empty. */
export const line = (): z.ZodString => kept(text(`^[^${UNPRINTABLE}]*$`, 'one line of text'));

/** One line of text with at least one character. */
export const word = (): z.ZodString => kept(text(`^[^${UNPRINTABLE}]+$`, 'one line of text, not empty'));

/** A whole file: text that begins with a visible character. Rendered with one line break at its end. */
export const fileText = (): z.ZodString =>
  kept(text(`^[^${UNPRINTABLE}\\p{Zs}]([^${UNPRINTABLE}]|[\\t\\n])*$`, 'a text that begins with a visible character'));

/** A TCP or UDP port. */
export const port = (): z.ZodInt => z.int().min(1).max(65535);

/** A count: 0 or more. */
export const count = (): z.ZodInt => z.int().min(0);

/** Seconds, 1 or more. */
export const seconds = (): z.ZodInt => z.int().min(1);

/** A host name, an IPv4 or an IPv6 address; a user, a database: what may stand in a URL as it is. */
export const host = (): z.ZodString => text('^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$', 'a host name or an address');

/** A name made of letters, digits, `.`, `_` and `-`. */
export const identifier = (): z.ZodString =>
  text('^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$', "a name of letters, digits, '.', '_' and '-'");

/** The name of a Kubernetes object. */
export const objectName = (): z.ZodString =>
  text('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', "a name of lower-case letters, digits, '-' and '.'");

/** An HTTP or HTTPS URL without user, query and fragment. */
export const url = (): z.ZodString =>
  text(
    '^https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?$',
    'an http:// or https:// URL without user, query and fragment',
  );

/** A block of addresses in CIDR form. */
export const cidr = (): z.ZodString =>
  text('^[0-9A-Fa-f.:]+/[0-9]{1,3}$', 'a block of addresses, such as 192.0.2.0/24');

/** A Kubernetes quantity: `500m`, `1Gi`, 2. */
export const quantity = () =>
  z.union([text('^[0-9]+(\\.[0-9]+)?([numkMGTPE]|[KMGTPE]i)?$', 'a quantity such as 500m or 1Gi'), z.int().min(0)]);

const LABEL_NAME = '[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?';

/** A qualified name of Kubernetes: of a label, a resource; with a domain before it or not. `title` says of what. */
export const qualifiedName = (title: string): z.ZodString =>
  text(`^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?${LABEL_NAME}$`, title);

const labelKey = () => qualifiedName("a label's name, such as example.org/rack");

/** Labels, or a node selector: any keys and values that Kubernetes takes. */
export const labels = () =>
  z.record(labelKey(), text(`^(${LABEL_NAME})?$`, "a label's value: letters, digits, '.', '_' and '-'"));

/** Annotations: any text under a Kubernetes key. */
export const annotations = () => z.record(labelKey(), line());

/** A closed object all of whose members have defaults. */
export const group = <S extends z.ZodRawShape>(shape: S) => {
  const object = z.strictObject(shape);
  return object.prefault({} as z.input<typeof object>);
};

/** A password: one line, never empty, never with a default. Its value may only go to a Secret, a hole or a digest. */
export const password = () => (word() as unknown as z.ZodType<Secret, Secret>).meta({ writeOnly: true });
