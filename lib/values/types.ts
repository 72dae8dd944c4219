import { z } from 'zod';
import { IPV4, UNPRINTABLE } from './patterns';
import type { Secret } from './value';

/** Helm takes `<no value>` out of whatever it renders: a text that held it would lose it. Twin of `NOT_TAKEN`. */
export const isKept = (text: string): boolean => !text.includes('<no value>');
export const NOT_TAKEN = { type: 'string', pattern: '<no value>' } as const;
/** A text without it. */
export const kept = (text: z.ZodString): z.ZodString => {
  let type = keptTexts.get(text);
  if (!type) keptTexts.set(text, (type = text.refine(isKept)));
  return type;
};

/** A string that a pattern describes; `title` says it in an error. */
export const text = (source: string, title: string): z.ZodString => {
  const key = `${title}\n${source}`;
  let type = texts.get(key);
  if (!type) texts.set(key, (type = z.string().regex(new RegExp(source, 'u')).meta({ title })));
  return type;
};

/** Hundreds of values are of few types, which take long to make: types of texts that are alike are one object. */
const texts = new Map<string, z.ZodString>();
const keptTexts = new WeakMap<z.ZodString, z.ZodString>();

/** One line of text, maybe empty. */
export const line = (): z.ZodString => kept(text(`^[^${UNPRINTABLE}]*$`, 'one line of text'));

/** One line of text with so many characters at least. */
const lineOf = (least: number, title: string): z.ZodString =>
  kept(text(`^[^${UNPRINTABLE}]${least === 1 ? '+' : `{${least},}`}$`, title));

/** One line of text with at least one character. */
export const word = (): z.ZodString => lineOf(1, 'one line of text that is not empty');

/** A whole file: text that begins with a visible character. Rendered with one line break at its end. */
export const fileText = (): z.ZodString =>
  kept(text(`^[^${UNPRINTABLE}\\p{Zs}]([^${UNPRINTABLE}]|[\\t\\n])*$`, 'a text that begins with a visible character'));

/** A TCP or UDP port. */
export const port = (): z.ZodInt => z.int().min(1).max(65535);

/** A duration as the Gateway API writes it (its GEP-2257), or none. */
export const duration = (): z.ZodString =>
  text('^([0-9]{1,5}(h|m|s|ms)){0,4}$', 'a duration such as 30s or 1h30m, or nothing');

/** The greatest number in fields of Kubernetes, which are of 32 bits. */
const INT32 = 2147483647;

/** A count: 0 or more. */
export const count = (): z.ZodInt => z.int().min(0).max(INT32);

/** Seconds, 1 or more. */
export const seconds = (): z.ZodInt => z.int().min(1).max(INT32);

const DNS_LABEL = '[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?';
/** IPv4 addresses have this form too. */
const DNS_NAME = `${DNS_LABEL}(\\.${DNS_LABEL})*`;
const HEX = '[0-9A-Fa-f]{1,4}';
/** Eight groups, or fewer around a `::`. */
const IPV6 = `((${HEX}:){7}${HEX}|(${HEX}(:${HEX}){0,6})?::(${HEX}(:${HEX}){0,6})?)`;
const HOST = `(${DNS_NAME}|\\[${IPV6}\\])`;
const PORT = '([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';

/** A DNS name. */
export const dnsName = (): z.ZodString => text(`^${DNS_NAME}$`, 'a DNS name such as cluster.local');

const LOWER_LABEL = DNS_LABEL.replaceAll('A-Z', '');

/** A DNS domain as Kubernetes takes the names in it: in lower case. */
export const domain = (): z.ZodString =>
  text(`^${LOWER_LABEL}(\\.${LOWER_LABEL})*$`, 'a DNS domain in lower case such as cloud.example.org');

/** A host as it stands in a URL, so that a port can follow. */
export const host = (): z.ZodString => text(`^${HOST}$`, 'a host name, an IPv4 address or an IPv6 address in brackets');

/** A memcached server. IPv6 is written as python-memcached reads it (source: oslo.cache's `memcache_servers`). */
export const memcachedServer = (): z.ZodString =>
  text(`^(${DNS_NAME}|inet6:\\[(${DNS_NAME}|${IPV6})\\]):${PORT}$`, 'host:port or inet6:[address]:port');

/** A name made of letters, digits, `.`, `_` and `-`. */
export const identifier = (): z.ZodString =>
  text('^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$', "a name of letters, digits, '.', '_' and '-'");

/** The name of a Kubernetes object. */
export const objectName = (): z.ZodString =>
  text('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', "a name of lower-case letters, digits, '-' and '.'");

const CIDR = `(${IPV4}/(3[0-2]|[12]?[0-9])|${IPV6}/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))`;
const INTERFACE = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}';

/** Where a node has an address: an interface, or a block of addresses of which it has one. */
export const nodeAddress = (): z.ZodString =>
  text(`^(${CIDR}|${INTERFACE})$`, 'the name of an interface, or a block of addresses such as 192.0.2.0/24');

/** The name of a pool of nodes: a part of object names, and a label's value. */
export const poolName = (): z.ZodString =>
  text('^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$', "a name of up to 32 lower-case letters, digits and '-'");

/** A network interface or a bridge of a node, as the kernel takes its name. */
export const interfaceName = (): z.ZodString =>
  text(`^${INTERFACE}$`, "the name of an interface: up to 15 letters, digits, '.', '_' and '-'");

/** An HTTP or HTTPS URL without user, query and fragment. */
export const url = (): z.ZodString =>
  text(
    '^https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?$',
    'an http:// or https:// URL without user, query and fragment',
  );

/** Such a URL to which a path can be added; with `webSocket` one of a WebSocket serves as well. */
export const baseUrl = ({ webSocket = false } = {}): z.ZodString =>
  text(
    `^${webSocket ? '(https?|wss?)' : 'https?'}://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~-]+)*$`,
    `an http:// or https:// URL${webSocket ? ', or ws:// or wss://,' : ''} without user, query and fragment, and without a slash at its end`,
  );

/** A block of addresses in CIDR form. */
export const cidr = (): z.ZodString => text(`^${CIDR}$`, 'a block of addresses such as 192.0.2.0/24 or 2001:db8::/32');

// Names of images (source: the grammar of github.com/distribution/reference).
const IMAGE_PART = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*';
const IMAGE_PATH = `${IMAGE_PART}(/${IMAGE_PART})*`;
const REGISTRY = `${HOST}(:${PORT})?`;

/** A registry of images. */
export const registry = (): z.ZodString =>
  text(`^${REGISTRY}$`, 'a registry such as quay.io or registry.example.org:5000');

/** A path of images in a registry. */
export const imagePath = (): z.ZodString =>
  text(`^${IMAGE_PATH}$`, 'a path of lower-case names such as openstack.kolla or cloud/kolla');

/** The name of an image, in a registry or not. */
export const imageRepository = (): z.ZodString =>
  text(`^(${REGISTRY}/)?${IMAGE_PATH}$`, "an image's name without tag such as quay.io/openstack.kolla/keystone");

/** An image with a tag or a digest, or neither. */
export const imageReference = (): z.ZodString =>
  text(
    `^(${REGISTRY}/)?${IMAGE_PATH}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$`,
    'an image such as registry.example.org/operator:1.0',
  );

/** The tag of an image. */
export const imageTag = (): z.ZodString =>
  text('^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$', "a tag of up to 128 letters, digits, '.', '_' and '-'");

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

const secret = (text: z.ZodString) => (text as unknown as z.ZodType<Secret, Secret>).meta({ writeOnly: true });

/**
 * A password: one line of so many characters at least, never with a default. Its value may only go to a Secret, a hole
 * or a digest.
 */
export const password = (least = 1) =>
  secret(
    lineOf(
      least,
      least === 1
        ? 'a password on one line that is not empty'
        : `a password on one line with at least ${least} characters`,
    ),
  );

/** A secret of several lines, such as a private key. */
export const secretText = () => secret(fileText());

/** A Fernet key, as `cryptography.fernet` takes it. A secret as a password is. */
export const fernetKey = () => secret(text('^[A-Za-z0-9_-]{43}=$', 'a Fernet key (32 bytes in URL-safe base64)'));
