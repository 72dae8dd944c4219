import { Construct } from 'constructs';
import { join } from 'node:path';
import type { IniSections } from '../config/ini-file';
import { TextFile } from '../config/text-file';
import { clientLabel } from '../kubernetes/labels';
import type { Connection } from '../kubernetes/network-policy';
import { release } from '../kubernetes/service-chart';
import { json, named } from '../values/named';
import { Value, choose, isSet, when } from '../values/value';
import type { Cache } from './cache';
import type { ServiceConnection } from './connection';
import { global } from './global';
import { egressToComponent, egressToCidrs } from './network';
import { PublicAddress } from './public-address';
import { Service } from './service';

const { identity } = global;

const internal = named(
  'identity.internal-url',
  identity.internalUrl.or(`http://keystone-api.${release.namespace}.svc.${global.clusterDomain}:${identity.port}`),
);

/**
 * Where users find Keystone. Its values are in `global`, for the configuration of every service says it. A Keystone that
 * is not ours has nothing of ours in front of it.
 */
export const identityAddress = new PublicAddress('identity', {
  name: 'keystone',
  values: identity.public,
  port: identity.port,
  internalUrl: internal,
  type: choose(isSet(identity.internalUrl), 'None', global.publicEndpoints.type),
});

/** Where Keystone is: for services, and for users. No slash at the end. */
export const identityUrls = { internal, public: identityAddress.url };

/** Keystone's own names of what every service shares (source: Kolla-Ansible's defaults). */
const SERVICE_PROJECT = 'service';
export const DOMAIN = 'Default';

/** To our own Keystone, or to the one at the user's address. */
export const identityConnection: ServiceConnection = {
  description: 'identity',
  clientLabels: clientLabel('keystone'),
  egress: when(
    isSet(identity.internalUrl),
    egressToCidrs(identity.cidrs),
    egressToComponent('keystone', 'api', identity.port),
  ),
};

/** Who somebody is, as OpenStack's clients read it in their environment. The password is in the Secret, by its name. */
export const loginEnv = (user: string, project: string, passwordName: string) => ({
  OS_AUTH_URL: `${identityUrls.internal}`,
  OS_USERNAME: user,
  OS_USER_DOMAIN_NAME: DOMAIN,
  OS_PROJECT_NAME: project,
  OS_REGION_NAME: `${global.region}`,
  PASSWORD_NAME: passwordName,
});

/** The name of the administrator's password. */
export const ADMIN_PASSWORD = 'keystone_admin_password';
/** The administrator. */
export const adminEnv = loginEnv(`${identity.adminUser}`, `${identity.adminProject}`, ADMIN_PASSWORD);

export interface IdentityRegistrationProps {
  /** The service's type in the catalog: `image`. */
  readonly type: string;
  /** What the catalog says of it. Default: nothing. */
  readonly description?: string;
  /** The name of the password of the service's user. Default: `<service>_keystone_password`. */
  readonly password?: string;
  /** The roles of the service's user. Default: `admin`, and `service` for service tokens. */
  readonly roles?: readonly string[];
}

/** Where a service is, for the catalog: `api.endpoints('/v2.1')`. */
export interface Endpoints {
  /** For other services. */
  readonly internalUrl: string | Value<string>;
  /** For users. */
  readonly publicUrl: string | Value<string>;
}

/**
 * A service in Keystone: its user in the project of all services, its entry in the catalog and its endpoints. The
 * service's bootstrap registers it: `bootstrap.register(registration, api.endpoints())`.
 */
export class IdentityRegistration extends Construct implements Connection {
  readonly description = identityConnection.description;
  readonly clientLabels = identityConnection.clientLabels;
  readonly egress = identityConnection.egress;
  /** Registers it: creates what is missing, changes what differs, and waits for Keystone. */
  readonly command: readonly string[];
  /** The service's type in the catalog. */
  readonly type: string;
  /** The name of the password of the service's user. */
  readonly passwordName: string;
  private readonly password: Value<string>;
  private readonly path: string;

  constructor(
    private readonly service: Service,
    id: string,
    private readonly props: IdentityRegistrationProps,
  ) {
    super(service, id);
    this.type = props.type;
    this.passwordName = props.password ?? `${service.node.id}_keystone_password`;
    this.password = service.password(this.passwordName);
    identityAddress.require(service);
    this.path = `/etc/${service.node.id}/${id}.json`;
    this.command = [...service.program(join(__dirname, 'scripts', 'identity.py')), `--registration=${this.path}`];
  }

  /** What is registered, as the command reads it. Holds passwords. */
  file(endpoints: Endpoints): TextFile {
    return new TextFile(this.service, `${this.node.id}.json`, {
      path: this.path,
      quoting: 'json',
      template: { text: this.text(endpoints) },
    });
  }

  /** Options of `[keystone_authtoken]`: how the service asks Keystone whether a token is valid. */
  authToken(cache: Cache): IniSections[string] {
    return {
      ...this.login(),
      service_type: this.props.type,
      www_authenticate_uri: identityUrls.public,
      memcached_servers: cache.servers,
      memcache_security_strategy: 'ENCRYPT',
      memcache_secret_key: this.service.password('memcache_secret_key'),
    };
  }

  /** Options of a section by which the service logs in to Keystone, to call other services. */
  login(): IniSections[string] {
    return {
      auth_type: 'password',
      auth_url: identityUrls.internal,
      region_name: global.region,
      username: this.service.node.id,
      password: this.password,
      user_domain_name: DOMAIN,
      project_name: SERVICE_PROJECT,
      project_domain_name: DOMAIN,
    };
  }

  /** Who the service's user is. */
  get userEnv(): { readonly [variable: string]: string } {
    return loginEnv(this.service.node.id, SERVICE_PROJECT, this.passwordName);
  }

  private text({ internalUrl, publicUrl }: Endpoints): string {
    const { type, description = '', roles = ['admin', 'service'] } = this.props;
    const adminPassword = this.service.password(ADMIN_PASSWORD);
    const name = this.service.node.id;
    return `{
  "auth": {
    "url": ${json(identityUrls.internal)},
    "username": ${json(identity.adminUser)},
    "password": "${adminPassword}",
    "project": ${json(identity.adminProject)},
    "domain": ${json(DOMAIN)}
  },
  "region": ${json(global.region)},
  "region_ids": [],
  "projects": [${json(SERVICE_PROJECT)}],
  "roles": ${JSON.stringify(roles)},
  "services": [{
    "name": ${json(name)},
    "type": ${json(type)},
    "description": ${json(description)},
    "endpoints": { "internal": ${json(internalUrl)}, "public": ${json(publicUrl)} }
  }],
  "users": [{
    "name": ${json(name)},
    "password": "${this.password}",
    "project": ${json(SERVICE_PROJECT)},
    "roles": ${JSON.stringify(roles)}
  }]
}
`;
  }
}
