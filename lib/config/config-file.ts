import { ConfigMap } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { onlyIf } from '../values/condition';
import { Expression, Quoting } from '../values/expression';
import { named } from '../values/named';
import { Value, choose, isSet } from '../values/value';
import { withHoles } from './holes';

export interface ConfigFileProps {
  /** Where the file is in the container: `/etc/keystone/keystone.conf`. */
  readonly path: string;
  /** The file's name while it is carried to its path. Default: its name. */
  readonly carriedAs?: string;
  /** Permissions in octal. Default: `0440`. */
  readonly mode?: string;
  /** The user's own text for the whole file. */
  readonly replacement?: Value<string>;
  /** The file is there only if this holds. Default: always. */
  readonly test?: Value<boolean>;
  /** The component that its ConfigMap is labelled with. Default: `config`. */
  readonly component?: string;
  /** Of a file that there is once for each round of a loop: what its ConfigMap's name ends with. */
  readonly suffix?: Value<string>;
}

/** What has config files: a service. It names and labels its objects. */
export interface FileOwner extends Construct {
  metadata(component: string, name: string): { name: string; labels: { [label: string]: string } };
}

/**
 * A file of a component's configuration, in a ConfigMap of its own. Secrets in it become holes, which are filled in
 * the pod; components that mount it roll when its content changes.
 */
export class ConfigFile extends Construct {
  /** The file's name, unique in the chart. */
  readonly name: string;
  readonly path: string;
  readonly carriedAs: string;
  readonly mode: string;
  /** The names of the secrets that fill its holes. */
  readonly secrets: readonly string[];
  /** The text with holes. */
  readonly content: Value<string>;
  readonly configMap: string;
  /** The file is there only if this holds. */
  readonly test?: Value<boolean>;

  constructor(scope: FileOwner, name: string, text: Expression, quoting: Quoting, props: ConfigFileProps) {
    super(scope, name);
    this.name = name;
    this.path = props.path;
    this.carriedAs = props.carriedAs ?? name;
    this.mode = props.mode ?? '0440';
    // `ml2_conf.ini` is no name for an object.
    this.configMap = `${scope.node.id}-${name.replaceAll('_', '-')}${props.suffix ? `-${props.suffix}` : ''}`;
    const { expression, secrets } = withHoles(this.node.path, text, quoting);
    this.secrets = secrets;
    this.content = named(name, replaceable(expression, props.replacement));
    if (props.test) {
      this.test = props.test;
      onlyIf(this, props.test);
    }
    const metadata = scope.metadata(props.component ?? 'config', this.configMap);
    new ConfigMap(this, 'Resource', { metadata, data: { [name]: `${this.content}` } });
  }
}

/** The user's text where there is one, ended by one line break. */
function replaceable(ours: Expression, replacement: Value<string> | undefined): Value<string> {
  const text = new Value<string>(ours);
  if (!replacement) return text;
  const theirs = new Value<string>({ op: 'wholeFile', kind: 'string', argument: replacement.expression });
  const either = choose(isSet(replacement), theirs, text);
  return new Value<string>({ op: 'wholeFile', kind: 'string', argument: either.expression });
}
