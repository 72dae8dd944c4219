import { App, AppProps } from 'cdk8s';
import { Files, renderHelm } from '../render/helm';
import { Release, renderPlain, unmet } from '../render/plain';
import { JsonMap } from '../values/expression';
import { mergeLayers, overDefaults } from '../values/merge';
import { InvalidValues } from '../values/problem';
import { Template } from '../values/tree';
import { ServiceChart } from '../kubernetes/service-chart';
import { checkChart } from './check';
import { checkNames } from './names';
import { CloudFindings, assertNone, findingsOf } from './findings';
import { UMBRELLA } from './umbrella';
import { UpgradeFindings, upgradeOf } from './upgrade';
import { Output, OutputOptions, outputOf } from './output';
import { checkRelease } from './release';
import { writeOutput } from './write';

export interface CloudProps extends Pick<AppProps, 'outdir'> {
  /** Values files, the later over the earlier: what the umbrella chart takes with `-f`. Default: none. */
  readonly values?: readonly JsonMap[];
  /** Helm's release name, by its rule: at most 53 characters. Default: `openstack`. */
  readonly name?: string;
  /** The namespace, an RFC 1123 label. Default: `openstack`. */
  readonly namespace?: string;
}

/** An object of a cloud, and the service that it belongs to. */
export interface CloudObject {
  readonly service: string;
  /** The object's name among the service's: `deployment-api`. Names its file. */
  readonly name: string;
  readonly object: JsonMap;
}

/** Which objects are rendered. */
interface Which {
  /** Also the pods that `helm test` makes. Default: false. */
  readonly tests?: boolean;
}

/**
 * An OpenStack cloud: services with the values of one cloud file. It renders plain manifests with those values, and
 * Helm charts that give the same for any values.
 */
export class Cloud extends App {
  readonly release: Release;
  private readonly layers: readonly JsonMap[];
  private readonly checked = new Map<ServiceChart, readonly Template[]>();

  /** @throws Error where the release name or the namespace is none */
  constructor(props: CloudProps = {}) {
    super(props.outdir === undefined ? {} : { outdir: props.outdir });
    this.layers = props.values ?? [];
    this.release = { name: props.name ?? UMBRELLA, namespace: props.namespace ?? UMBRELLA };
    checkRelease(this.release);
  }

  /** The values of the cloud, in one. */
  get values(): JsonMap {
    return this.layers.reduce(mergeLayers, {});
  }

  /** The services, sorted by name. */
  get services(): ServiceChart[] {
    const services = this.node.children.filter((child): child is ServiceChart => child instanceof ServiceChart);
    return services.sort((a, b) => (a.node.id < b.node.id ? -1 : 1));
  }

  /** A service's objects, checked. */
  templates(service: ServiceChart): readonly Template[] {
    const known = this.checked.get(service);
    if (known) return known;
    const templates = service.templates();
    checkNames(service.node.id, templates);
    checkChart(service, templates);
    this.checked.set(service, templates);
    return templates;
  }

  /**
   * The objects of all enabled services with the cloud's values.
   *
   * @param layers other values, the later over the earlier
   * @param which whether tests are among them
   * @throws InvalidValues with every problem of every service, enabled or not
   */
  render(layers: readonly JsonMap[] = this.layers, which: Which = {}): CloudObject[] {
    const { problems, values } = this.findings(layers);
    assertNone(problems);
    return [...values].flatMap(([service, own]) =>
      renderPlain(this.templatesOf(service, which), own, this.release).map(({ template, object }) => ({
        service: service.node.id,
        name: template,
        object,
      })),
    );
  }

  /** What is to be said of the cloud's values, or of others. */
  findings(layers: readonly JsonMap[] = this.layers): CloudFindings {
    return findingsOf(this.services, layers.reduce(mergeLayers, {}), this.release);
  }

  /** What another release of OpenStack makes of the cloud's values. */
  upgrade(target: string): UpgradeFindings {
    return upgradeOf(this.services, this.values, this.release, target);
  }

  private templatesOf(service: ServiceChart, { tests = false }: Which): Template[] {
    return this.templates(service).filter(({ test }) => tests || !test);
  }

  /** The objects of one service alone, with the values of its own chart. */
  renderService(service: ServiceChart, user: JsonMap, which: Which = {}): JsonMap[] {
    const values = overDefaults(service.model.defaults, user);
    const found = service.model.problems(values);
    const problems = found.length > 0 ? found : unmet(service.requirements, values, this.release);
    if (problems.length > 0) throw new InvalidValues(service.node.id, problems);
    return renderPlain(this.templatesOf(service, which), values, this.release).map(({ object }) => object);
  }

  /** The `templates/` folder of a service's chart. */
  chartTemplates(service: ServiceChart): Files {
    return renderHelm(service.node.id, this.templates(service), service.requirements);
  }

  /**
   * Writes manifests, Secrets, charts and the chart repository. What was there before stays whole if anything fails, and
   * a folder that we have not made is refused.
   *
   * @returns what it wrote
   */
  override synth(options: OutputOptions = {}): Output {
    const output = outputOf(this, options);
    writeOutput(this.outdir, output, options);
    return output;
  }

  /** All manifests as one YAML text, as cdk8s gives it. */
  override synthYaml(): string {
    return outputOf(this).yaml;
  }
}
