import { ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { MapNode, treeOf } from '../values/tree';
import { Templated } from '../values/value';

/** What every Kubernetes object has. */
interface ObjectType {
  apiVersion?: string;
  kind?: string;
  metadata?: object;
}

/** A manifest as a construct gives it. `apiVersion`, `kind` and the name are needed. */
export type Manifest<T extends ObjectType> = Templated<T> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
};

/**
 * A Kubernetes object with values in it, typed by the Kubernetes API (`kubernetes-types`).
 *
 * It keeps its own tree, so that every field stays as it was written, in the order it was written. The manifest may
 * be a function where other constructs still add to what it is made of; it is then read when the chart is rendered.
 */
export class KubeObject<T extends ObjectType> extends ApiObject {
  private readonly manifest: () => object;

  constructor(scope: Construct, id: string, manifest: Manifest<T> | (() => Manifest<T>)) {
    const early = typeof manifest === 'function' ? manifest() : manifest;
    super(scope, id, { apiVersion: early.apiVersion, kind: early.kind, metadata: { name: early.metadata.name } });
    this.manifest = typeof manifest === 'function' ? manifest : () => manifest;
  }

  /** The object's tree. */
  get tree(): MapNode {
    const added = Object.keys(this.metadata.toJson() as object).filter((key) => key !== 'name');
    if (added.length > 0) {
      throw new Error(`${this.node.path}: ${added.join(', ')} were added to its metadata; put them into the manifest`);
    }
    return treeOf(this.manifest()) as MapNode;
  }

  override addJsonPatch(..._: JsonPatch[]): void {
    throw new Error(
      `${this.node.path}: a patch could not be part of the Helm chart; change the manifest or its values`,
    );
  }

  override toJson(): never {
    throw new Error(
      `${this.node.path} has values in it, so it is rendered by its Cloud: use cloud.render() or synth()`,
    );
  }
}
