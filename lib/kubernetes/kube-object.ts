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

/** What kind of object it is. */
export interface ObjectHead {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A manifest as a construct gives it. `apiVersion`, `kind` and the name are needed. */
export type Manifest<T extends ObjectType> = Templated<T> & ObjectHead & ManifestName;
/** All of it but `apiVersion` and `kind`. */
export type ManifestBody<T extends ObjectType> = Templated<Omit<T, keyof ObjectHead>> & ManifestName;
interface ManifestName {
  readonly metadata: { readonly name: string };
}

/**
 * A Kubernetes object with values in it, typed by the Kubernetes API (`kubernetes-types`).
 *
 * It keeps its own tree, so that every field stays as it was written, in the order it was written. Where other
 * constructs still add to what it is made of, its body is a function, called when the chart is rendered.
 */
export class KubeObject<T extends ObjectType> extends ApiObject {
  private readonly manifest: () => object;

  constructor(scope: Construct, id: string, manifest: Manifest<T>);
  constructor(scope: Construct, id: string, head: ObjectHead, body: () => ManifestBody<T>);
  constructor(scope: Construct, id: string, head: ObjectHead, body?: () => ManifestBody<T>) {
    const { apiVersion, kind } = head;
    // cdk8s would make a name of its own; the object's stands in its manifest.
    super(scope, id, { apiVersion, kind, metadata: { name: id.toLowerCase() } });
    this.manifest = () => ({ ...head, ...(body?.() as object | undefined) });
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
