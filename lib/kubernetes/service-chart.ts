import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { conditionOf, onlyIf } from '../values/condition';
import type { Expression } from '../values/expression';
import { JsonMap } from '../values/expression';
import { given, simplest } from '../values/given';
import { Model } from '../values/model';
import { loopOf } from '../values/rounds';
import { MapNode, Template, literalAt, treeOf } from '../values/tree';
import { Value, all, any, not } from '../values/value';
import { HELM_HOOK } from './helm-test';
import { KubeObject } from './kube-object';

/** What Chart.yaml says of a chart. */
export interface ChartInfo {
  /** One line, as `helm search` shows it. */
  readonly description: string;
  /** The project's page. */
  readonly home: string;
  /** Where the source of what is deployed can be found. */
  readonly sources: readonly string[];
  /** How an object of it is used, by `<kind>/<name>`: arguments of kubectl, for what Helm says after an install. */
  readonly use?: { readonly [object: string]: string };
}

/** A condition that must hold for a chart's values, and what to tell the user where it does not. */
export interface RequirementProps {
  readonly test: Value<boolean>;
  readonly path: readonly string[];
  readonly message: string;
}

/** The release being installed: Helm's `.Release`. */
export const release = {
  name: new Value<string>({ op: 'reference', kind: 'string', root: 'Release', path: ['Name'] }),
  namespace: new Value<string>({ op: 'reference', kind: 'string', root: 'Release', path: ['Namespace'] }),
};

/** A cdk8s chart with values: it renders to plain manifests and to a Helm chart. Its id is the chart's name. */
export class ServiceChart<M extends Model = Model> extends Chart {
  readonly values: M['handles'];
  private readonly required = new Map<string, RequirementProps>();
  private condition?: Value<boolean>;

  constructor(
    scope: Construct,
    readonly model: M,
    readonly info: ChartInfo,
  ) {
    super(scope, model.chart, { disableResourceNameHashes: true });
    this.values = model.handles;
  }

  /** What `thereIf` was told. */
  get guard(): Expression | undefined {
    return this.condition?.expression;
  }

  /** The chart has objects and requirements only if `test` holds. */
  protected thereIf(test: Value<boolean>): void {
    this.condition = test;
    onlyIf(this, test);
  }

  /** Refuses values for which `test` does not hold: `fail` in Helm, an error from our own commands. */
  require(test: Value<boolean>, path: readonly string[], message: string): void {
    const key = JSON.stringify([path, message]);
    const known = this.required.get(key);
    this.required.set(key, { test: known ? all(known.test, test) : test, path, message });
  }

  /** The images that the chart runs, by Kolla's name. */
  get images(): ReadonlyMap<string, Value<string>> {
    return new Map();
  }

  /** The version of what the chart deploys. */
  get appVersion(): Value<string> | undefined {
    return undefined;
  }

  /** Names of the passwords that the chart's Secret holds, sorted. */
  get passwordNames(): readonly string[] {
    return [];
  }

  /** The keys that its pods read from its Secret, each with the condition under which they do, if not always. */
  get passwordKeys(): ReadonlyMap<string, Value<boolean> | undefined> {
    return new Map();
  }

  get requirements() {
    const { condition } = this;
    const testOf = (test: Value<boolean>) => (condition ? any(not(condition), test) : test).expression;
    return [...this.required.values()].map(({ test, path, message }) => ({ test: testOf(test), path, message }));
  }

  /** The chart's objects in the order in which they were made. */
  templates(): Template[] {
    return this.node
      .findAll()
      .filter((c): c is ApiObject => ApiObject.isApiObject(c))
      .map((object) => ({
        name: templateName(this, object),
        origin: object.node.path,
        root: 'tree' in object ? (object as KubeObject<object>).tree : foreignTree(object),
        secret: object.kind === 'Secret',
        loop: loopOf(object),
        guard: conditionOf(object),
      }))
      .map(({ loop, ...template }) => (loop ? { ...template, loop } : template))
      .map(({ guard, root, ...template }) =>
        guard ? { ...template, root: given(guard, root), guard: simplest(guard) } : { ...template, root },
      )
      .map((template) =>
        literalAt(template.root, ['metadata', 'annotations', HELM_HOOK]) === 'test'
          ? { ...template, name: `tests/${template.name}`, test: true }
          : template,
      );
  }
}

/** Any other cdk8s object, such as one of cdk8s-plus: values stand in its strings. */
const foreignTree = (object: ApiObject): MapNode => treeOf(object.toJson() as JsonMap) as MapNode;

/** `deployment-api`: the kind, and where the object stands in the chart. */
function templateName(chart: Chart, object: ApiObject): string {
  const path = object.node.scopes.slice(chart.node.scopes.length).map((scope) => scope.node.id);
  return [
    object.kind.toLowerCase(),
    ...path.filter((id) => !['Resource', 'Default', object.kind.toLowerCase()].includes(id)),
  ].join('-');
}
