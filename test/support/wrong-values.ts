import { catalogue } from '../../services';

/** Something that an operator may get wrong, and what is said of it. */
export interface Wrong {
  readonly what: string;
  /** A values file, beside one that holds what is required. */
  readonly file: string;
  /** What must be named. */
  readonly path: string;
  /** What our own command says. */
  readonly message: string;
  /** A required value that is left out. */
  readonly without?: readonly string[];
  /** Arguments of `--set-string`. */
  readonly set?: readonly string[];
}

const wrong = (what: string, file: string, path: string, message: string, more: Partial<Wrong> = {}): Wrong => ({
  what,
  file,
  path,
  message,
  ...more,
});

const NAME = "a name of letters, digits, '.', '_' and '-'";
const HOST = 'a host name, an IPv4 address or an IPv6 address in brackets';
const URL = 'an http:// or https:// URL without user, query and fragment';
const LABEL = "a label's value: letters, digits, '.', '_' and '-'";
const LABEL_KEY = "a label's name, such as example.org/rack";
const LIFETIME = 'an integer from 0 to 9223372036854775807';
const COUNT = 'an integer from 0 to 2147483647';
const MISSING =
  "is required; 'kolla-cdk8s genpwd' makes it, or name a Secret of your own in global.passwords.existingSecret";

/** A line break that would begin a section of its own in an INI file. */
const INJECTION = '"a\\n[DEFAULT]\\nx = y"';

/** An option of keystone.conf. */
const option = (what: string, section: string, name: string, value: string, message: string, release?: string): Wrong =>
  wrong(
    what,
    `${release ? `release: "${release}"\n` : ''}conf: {keystone.conf: {${section}: {${name}: ${value}}}}`,
    `conf["keystone.conf"].${section}.${name}`,
    message,
  );

/** Options that a release of Keystone does not take. */
export const OPTIONS: readonly Wrong[] = [
  wrong(
    'a misspelt section',
    'conf: {keystone.conf: {tokens: {expiration: 3600}}}',
    'conf["keystone.conf"].tokens.expiration',
    'is no option of [tokens]; did you mean [token]?',
  ),
  option('a misspelt option', 'token', 'expiraton', '3600', "is not known; did you mean 'expiration'?"),
  option(
    'an option in a wrong section',
    'DEFAULT',
    'expiration',
    '3600',
    'is no option of [DEFAULT], but of [receipt], [token]',
  ),
  option('a wrong type', 'token', 'expiration', 'soon', `found the string "soon", ${LIFETIME} is needed`),
  option(
    'a number as a text',
    'token',
    'expiration',
    '"3600"',
    `found the string "3600", ${LIFETIME} is needed; without quotes`,
  ),
  option(
    'a bad choice',
    'identity',
    'password_hash_algorithm',
    'bcrypto',
    'found the string "bcrypto", one of "bcrypt", "bcrypt_sha256", "scrypt", "pbkdf2_sha512" is needed; did you mean \'bcrypt\'?',
  ),
  option(
    'out of range',
    'identity',
    'max_password_length',
    '5000',
    'found the number 5000, an integer of at most 4096 is needed',
  ),
  option(
    'an option that has gone',
    'DEFAULT',
    'watch_log_file',
    'true',
    'is no option of OpenStack 2026.1; 2025.1 has it',
  ),
  option(
    'an option that is to come',
    'cache',
    'socket_timeout',
    '3',
    'is no option of OpenStack 2025.1; 2026.1 has it',
    '2025.1',
  ),
];

/** Rules that Keystone does not have. */
const POLICY: readonly Wrong[] = [
  wrong(
    'a misspelt rule',
    'policy: {"identity:get_usr": "role:reader"}',
    'policy["identity:get_usr"]',
    "is not known; did you mean 'identity:get_user'?",
  ),
  wrong(
    'a rule without the name of its API',
    'policy: {get_user: "role:reader"}',
    'policy.get_user',
    "is not known; did you mean 'identity:get_user'?",
  ),
  wrong(
    'a rule of your own among those of the service',
    'policy: {support_team: "role:support"}',
    'policy.support_team',
    "is not known; a rule of your own stands under 'unchecked'",
  ),
  wrong(
    'a number for a check',
    'policy: {"identity:get_user": 1}',
    'policy["identity:get_user"]',
    'found the number 1, one line of text is needed; put it in quotes',
  ),
  wrong(
    'a list of lists for a check',
    'policy: {"identity:get_user": [["role:reader"]]}',
    'policy["identity:get_user"]',
    'found a list, one line of text is needed',
  ),
  wrong(
    'a check of two lines',
    `policy: {"identity:get_user": ${INJECTION}}`,
    'policy["identity:get_user"]',
    `found the string ${INJECTION}, one line of text is needed`,
  ),
  wrong(
    'an unchecked rule with a blank in its name',
    'policy: {unchecked: {support team: "role:support"}}',
    'policy.unchecked["support team"]',
    'the key "support team" is not allowed: the name of a rule, without blanks is needed',
  ),
];

/** What leads users to Keystone, with something missing. */
const ENDPOINTS: readonly Wrong[] = [
  wrong(
    'no name for an Ingress',
    'global: {publicEndpoints: {type: Ingress, host: 192.0.2.10}, networkPolicy: {clients: {namespaces: [ingress-nginx]}}}',
    'global.publicEndpoints.domain',
    'is required for an Ingress or an HTTPRoute: APIs are names below it; cloud.example.org gives keystone.cloud.example.org',
  ),
  wrong(
    'an Ingress whose controller no network policy lets in',
    'global: {publicEndpoints: {type: Ingress, domain: cloud.example.org}}',
    'global.networkPolicy.clients.namespaces',
    "is required for an Ingress or an HTTPRoute: where its controller's pods are, such as [traefik]; else nobody gets in",
  ),
  wrong(
    'no Gateway for an HTTPRoute',
    'global: {publicEndpoints: {type: HTTPRoute, domain: cloud.example.org}, networkPolicy: {enabled: false}}',
    'global.publicEndpoints.gateway.name',
    'is required for an HTTPRoute: the Gateway that takes it, such as public',
  ),
  wrong(
    'no address of a load balancer',
    'global: {publicEndpoints: {type: LoadBalancer}}',
    'global.publicEndpoints.host',
    "is required for a LoadBalancer or a NodePort without a 'domain': the address that users reach, such as 192.0.2.10",
  ),
  wrong(
    'a port of the nodes that nobody knows',
    'global: {publicEndpoints: {host: 192.0.2.10}, identity: {public: {type: NodePort}}}',
    'global.identity.public.nodePort',
    'is required for a NodePort, for the public URL names it: a port of all nodes, by default of 30000 to 32767',
  ),
  wrong(
    'a domain with capitals',
    'global: {publicEndpoints: {domain: Cloud.example.org}}',
    'global.publicEndpoints.domain',
    'found the string "Cloud.example.org", a DNS domain in lower case such as cloud.example.org is needed',
  ),
  wrong(
    'a public URL that ends in a slash',
    'global: {identity: {public: {url: "https://keystone.example.org/"}}}',
    'global.identity.public.url',
    `found the string "https://keystone.example.org/", ${URL}, and without a slash at its end is needed`,
  ),
  wrong(
    'nearly a type of endpoint',
    'global: {publicEndpoints: {type: Loadbalancer}}',
    'global.publicEndpoints.type',
    'found the string "Loadbalancer", one of "None", "LoadBalancer", "NodePort", "Ingress", "HTTPRoute" is needed; did ' +
      "you mean 'LoadBalancer'?",
  ),
];

/** Values of keystone. In the umbrella, all but `global` stands in the block `keystone`. */
export const OF_KEYSTONE: readonly Wrong[] = [
  // Misspelt, on each level.
  wrong('a misspelt group', 'apii: {replicas: 3}', 'apii', "is not known; did you mean 'api'?"),
  wrong('a misspelt key', 'api: {replica: 3}', 'api.replica', "is not known; did you mean 'replicas'?"),
  wrong('a misspelt shared key', 'global: {regoin: a}', 'global.regoin', "is not known; did you mean 'region'?"),
  wrong('… deeper', 'global: {database: {hots: a}}', 'global.database.hots', "is not known; did you mean 'host'?"),
  wrong(
    'a misspelt password',
    'global: {passwords: {keystone_admin_pasword: a}}',
    'global.passwords.keystone_admin_pasword',
    "is not known; did you mean 'keystone_admin_password'?",
  ),
  wrong('a misspelt image', 'images: {keystne: {tag: a}}', 'images.keystne', "is not known; did you mean 'keystone'?"),
  wrong('… key of it', 'images: {keystone: {tagg: a}}', 'images.keystone.tagg', "is not known; did you mean 'tag'?"),
  wrong(
    'a misspelt config file',
    'conf: {keystone.cnf: {token: {expiration: 3600}}}',
    'conf["keystone.cnf"]',
    "is not known; did you mean 'keystone.conf'?",
  ),
  wrong('… own', 'files: {keystone.cnf: a}', 'files["keystone.cnf"]', "is not known; did you mean 'keystone.conf'?"),
  wrong(
    'a misspelt key of an item',
    'api: {tolerations: [{key: a, operater: Exists}]}',
    'api.tolerations[0].operater',
    "is not known; did you mean 'operator'?",
  ),
  // Of another type.
  wrong(
    'a word for a number',
    'api: {replicas: three}',
    'api.replicas',
    `found the string "three", ${COUNT} is needed`,
  ),
  wrong('a number in quotes', "api: {replicas: '3'}", 'api.replicas', `found the string "3", ${COUNT} is needed`),
  wrong('half a pod', 'api: {replicas: 1.5}', 'api.replicas', `found the number 1.5, ${COUNT} is needed`),
  wrong(
    'a release as a number',
    'release: 2026.1',
    'release',
    'found the number 2026.1, one of "2025.1", "2026.1" is needed; put it in quotes',
  ),
  wrong(
    'a number for a text',
    'global: {region: 1}',
    'global.region',
    `found the number 1, ${NAME} is needed; put it in quotes`,
  ),
  wrong(
    'a boolean for a text',
    'global: {region: true}',
    'global.region',
    `found the boolean true, ${NAME} is needed; put it in quotes`,
  ),
  wrong('yes in quotes', 'global: {debug: "yes"}', 'global.debug', 'found the string "yes", true or false is needed'),
  wrong('a list for a map', 'api: {nodeSelector: [a]}', 'api.nodeSelector', 'found a list, a map is needed'),
  wrong('a list for a group', 'api: [replicas]', 'api', 'found a list, a map is needed'),
  wrong(
    'a map for a list',
    'api: {tolerations: {key: a}}',
    'api.tolerations',
    'found a map, a list, each item a map is needed',
  ),
  wrong(
    'a text for a section',
    'conf: {keystone.conf: {token: a}}',
    'conf["keystone.conf"].token',
    'found the string "a", a map is needed',
  ),
  wrong(
    'a map for an option',
    'conf: {keystone.conf: {token: {expiration: {seconds: 3600}}}}',
    'conf["keystone.conf"].token.expiration',
    `found a map, ${LIFETIME} is needed`,
  ),
  // Out of what is allowed.
  wrong('fewer than none', 'api: {replicas: -1}', 'api.replicas', `found the number -1, ${COUNT} is needed`),
  wrong(
    'no such port',
    'global: {identity: {port: 70000}}',
    'global.identity.port',
    'found the number 70000, an integer from 1 to 65535 is needed',
  ),
  wrong(
    'a word that is none of those',
    'global: {imagePullPolicy: Sometimes}',
    'global.imagePullPolicy',
    'found the string "Sometimes", one of "Always", "IfNotPresent", "Never" is needed',
  ),
  wrong(
    'nearly one of those',
    'global: {startMode: kola}',
    'global.startMode',
    'found the string "kola", one of "direct", "kolla" is needed; did you mean \'kolla\'?',
  ),
  wrong(
    'another scheme',
    'global: {identity: {internalUrl: "ftp://keystone.example.org"}}',
    'global.identity.internalUrl',
    `found the string "ftp://keystone.example.org", ${URL} is needed`,
  ),
  wrong(
    'a label with a blank',
    'api: {nodeSelector: {disk: very fast}}',
    'api.nodeSelector.disk',
    `found the string "very fast", ${LABEL} is needed`,
  ),
  wrong(
    "a label's key with a blank",
    'api: {nodeSelector: {disk type: ssd}}',
    'api.nodeSelector["disk type"]',
    `the key "disk type" is not allowed: ${LABEL_KEY} is needed`,
  ),
  wrong(
    'a host with a port',
    'global: {database: {host: "mariadb:3307"}}',
    'global.database.host',
    `found the string "mariadb:3307", ${HOST} is needed`,
  ),
  wrong(
    'a bare IPv6 address',
    'global: {messaging: {hosts: ["fd00::1"]}}',
    'global.messaging.hosts[0]',
    `found the string "fd00::1", ${HOST} is needed`,
  ),
  wrong(
    'a cache without a port',
    'global: {memcached: {servers: [a]}}',
    'global.memcached.servers[0]',
    'found the string "a", host:port or inet6:[address]:port is needed',
  ),
  wrong(
    'a URL for a registry',
    'global: {registry: "https://quay.io"}',
    'global.registry',
    'found the string "https://quay.io", a registry such as quay.io or registry.example.org:5000 is needed',
  ),
  wrong(
    'a tag in the name of an image',
    'images: {keystone: {repository: "foo/bar:tag"}}',
    'images.keystone.repository',
    'found the string "foo/bar:tag", an image\'s name without tag such as quay.io/openstack.kolla/keystone is needed',
  ),
  wrong(
    'more pods than Kubernetes can count',
    'api: {replicas: 3000000000}',
    'api.replicas',
    `found the number 3000000000, ${COUNT} is needed`,
  ),
  wrong(
    'a number for a quantity in text',
    'api: {resources: {requests: {cpu: 0.5}}}',
    'api.resources.requests.cpu',
    'found the number 0.5, a quantity such as 500m or 1Gi or an integer of at least 0 is needed; put it in quotes',
  ),
  wrong(
    'a number for a variable',
    'api: {extraEnv: {A: 1}}',
    'api.extraEnv.A',
    'found the number 1, one line of text is needed; put it in quotes',
  ),
  wrong(
    'a password that is no Fernet key',
    'global: {passwords: {keystone_credential_key: secret}}',
    'global.passwords.keystone_credential_key',
    'found a string, not shown here, a Fernet key (32 bytes in URL-safe base64) is needed',
  ),
  wrong(
    'a master key that is too short',
    'global: {passwords: {keystone_fernet_master_key: secret}}',
    'global.passwords.keystone_fernet_master_key',
    'found a string, not shown here, a password on one line with at least 32 characters is needed',
  ),
  // Text that would make more of a file than one line.
  wrong(
    'a line break in a host',
    `global: {database: {host: ${INJECTION}}}`,
    'global.database.host',
    `found the string ${INJECTION}, ${HOST} is needed`,
  ),
  wrong(
    '… in a password',
    `global: {passwords: {keystone_admin_password: ${INJECTION}}}`,
    'global.passwords.keystone_admin_password',
    'found a string, not shown here, a password on one line that is not empty is needed',
  ),
  wrong(
    '… in an option',
    `conf: {keystone.conf: {token: {provider: ${INJECTION}}}}`,
    'conf["keystone.conf"].token.provider',
    `found the string ${INJECTION}, one line of text is needed`,
  ),
  wrong(
    "… in an option's name",
    `conf: {keystone.conf: {token: {${INJECTION}: 1}}}`,
    'conf["keystone.conf"].token["a\\n[DEFAULT]\\nx = y"]',
    'is not known; there is allow_expired_window, allow_rescope_scoped_token, cache_on_issue, cache_time, caching, ' +
      'expiration, provider, revoke_by_id, revocation_cache_time',
  ),
  wrong(
    "… in a section's name",
    `conf: {keystone.conf: {${INJECTION}: {x: 1}}}`,
    'conf["keystone.conf"]["a\\n[DEFAULT]\\nx = y"]',
    'is not known',
  ),
  // Options that OpenStack's release does not take.
  ...OPTIONS,
  ...POLICY,
  // Not there. Nothing behind a key is null, which takes the default away.
  wrong('a bare group', 'api:', 'api', 'is required, and null or nothing was given; it is a map'),
  wrong(
    'a bare shared group',
    'global: {database: }',
    'global.database',
    'is required, and null or nothing was given; it is a map',
  ),
  wrong(
    'a bare key',
    'api: {replicas: }',
    'api.replicas',
    `is required, and null or nothing was given; it is ${COUNT}`,
  ),
  wrong(
    'a bare config file',
    'conf: {keystone.conf: }',
    'conf["keystone.conf"]',
    'is required, and null or nothing was given; it is a map',
  ),
  wrong('a bare host', 'global: {database: {host: }}', 'global.database.host', `found null, ${HOST} is needed`),
  // There, or not there, as something else says.
  wrong(
    'no host of an external server',
    'global: {database: {provider: external}}',
    'global.database.host',
    'is required where global.database.provider is external',
  ),
  wrong(
    'a host of our own server',
    'global: {database: {host: db.example.org}}',
    'global.database.host',
    "is the address of an external server: set global.database.provider to external, or leave 'host' out",
  ),
  wrong(
    "a host of the operator's server",
    'global: {database: {provider: operator, host: db.example.org}}',
    'global.database.host',
    "is the address of an external server: set global.database.provider to external, or leave 'host' out",
  ),
  wrong(
    'external brokers that nobody names',
    'global: {messaging: {provider: external}}\nnotifications: {enabled: true}',
    'global.messaging.hosts',
    'is required where global.messaging.provider is external',
  ),
  wrong(
    'caches beside ours',
    "global: {memcached: {servers: ['cache.example.org:11211']}}",
    'global.memcached.servers',
    "are the addresses of external servers: set global.memcached.provider to external, or leave 'servers' out",
  ),
  wrong(
    'two members, which are no safer than one',
    'global: {database: {replicas: 2}}',
    'global.database.replicas',
    'found the number 2, one of 1, 3 is needed',
  ),
  ...ENDPOINTS,
  wrong('no password', '{}', 'global.passwords.keystone_admin_password', MISSING, {
    without: ['global', 'passwords', 'keystone_admin_password'],
  }),
  wrong(
    'an empty password',
    'global: {passwords: {keystone_admin_password: ""}}',
    'global.passwords.keystone_admin_password',
    'found an empty string, a password on one line that is not empty is needed',
  ),
];

/** Only in keystone's own chart. */
export const OF_KEYSTONE_ALONE: readonly Wrong[] = [
  wrong('a switch in quotes', 'enabled: "false"', 'enabled', 'found the string "false", true or false is needed'),
  wrong('global bare', 'global:', 'global', 'is required, and null or nothing was given; it is a map'),
];

const BLOCKS = ['global', ...Object.keys(catalogue).sort()].join(', ');

/** Only in the umbrella. */
export const OF_UMBRELLA: readonly Wrong[] = [
  wrong('a misspelt service', 'keystne: {enabled: false}', 'keystne', "is not known; did you mean 'keystone'?"),
  wrong('values at the top', 'api: {replicas: 3}', 'api', `is not known; there is ${BLOCKS}`),
  wrong(
    'a switch for a block',
    'keystone: true',
    'keystone',
    'found the boolean true, a map is needed: the values of the service',
  ),
  wrong('a bare service', 'keystone:', 'keystone.enabled', 'found nothing, true or false is needed'),
  wrong(
    'a switch in quotes',
    'keystone: {enabled: "false"}',
    'keystone.enabled',
    'found the string "false", true or false is needed',
  ),
  wrong('a switch as text', '{}', 'keystone.enabled', 'found the string "false", true or false is needed', {
    set: ['keystone.enabled=false'],
  }),
  wrong(
    'a misspelt key of a service that is off',
    'keystone: {enabled: false, api: {replica: 3}}',
    'keystone.api.replica',
    "is not known; did you mean 'replicas'?",
  ),
  wrong(
    "a text for a service's own global",
    'keystone: {global: a}',
    'global',
    'found the string "a", a map is needed',
  ),
  wrong(
    'a wrong value for it, in a service that is switched off',
    'keystone: {enabled: false, global: {region: 1}}',
    'keystone.global.region',
    `found the number 1, ${NAME} is needed; put it in quotes`,
  ),
  wrong('a list for all that is shared', 'global: []', 'global', 'found a list, a map is needed'),
];
