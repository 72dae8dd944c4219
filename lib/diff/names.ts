import { KubernetesObject, idOf, isOwnKind, kindOf, nameOf, textAt } from './object';
import type { Refusal } from './refusals';

interface Rule {
  readonly pattern: RegExp;
  readonly most: number;
  readonly words: string;
  /** The version of Kubernetes that has a wider rule. */
  readonly until?: { readonly version: string; readonly rule: Rule };
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const label: Rule = {
  pattern: new RegExp(`^${LABEL}$`),
  most: 63,
  words: "lower-case letters, digits and '-', with a letter or digit at both ends",
};
const subdomain: Rule = {
  pattern: new RegExp(`^${LABEL}(\\.${LABEL})*$`),
  most: 253,
  words: "lower-case letters, digits, '-' and '.', with a letter or digit at both ends of each part",
};
const pathSegment: Rule = { pattern: /^(?!\.{1,2}$)[^/%]+$/, most: Infinity, words: "a text without '/' and '%'" };
const letterFirst: Rule = {
  ...label,
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  words: `${label.words}, a letter first`,
  until: { version: '1.36', rule: label },
};

/**
 * What a name has to be, by kind; of all others, a subdomain. A Job's is a label of its pods, and a CronJob's leaves
 * room for the time in the names of its Jobs.
 *
 * Source: Kubernetes' pkg/apis/…/validation/validation.go, the functions given to ValidateObjectMeta; for Services, the
 * feature gate RelaxedServiceNameValidation. Nobody but the path of a request checks a PodDisruptionBudget's.
 */
const RULES: { readonly [kind: string]: Rule } = {
  Namespace: label,
  StatefulSet: label,
  Service: letterFirst,
  Job: { ...subdomain, most: 63 },
  CronJob: { ...subdomain, most: 52 },
  PodDisruptionBudget: pathSegment,
  Role: pathSegment,
  RoleBinding: pathSegment,
  ClusterRole: pathSegment,
  ClusterRoleBinding: pathSegment,
};

/** What is wrong with an object's name and namespace. */
export function nameRefusals(object: KubernetesObject): Refusal[] {
  const rule = isOwnKind(object, kindOf(object)) ? (RULES[kindOf(object)] ?? subdomain) : subdomain;
  const namespace = textAt(object, 'metadata', 'namespace');
  const wrong = (path: string, found: string, { pattern, most, words, until }: Rule): Refusal[] => {
    if (found.length <= most && pattern.test(found)) return [];
    const limit = most === Infinity ? words : `at most ${most} ${words}`;
    const newer = until && wrong(path, found, until.rule).length === 0 ? { before: until.version } : {};
    return [{ id: idOf(object), path, message: `is ${JSON.stringify(found)}; allowed are ${limit}`, ...newer }];
  };
  return [
    ...wrong('metadata.name', nameOf(object), rule),
    ...(namespace === undefined ? [] : wrong('metadata.namespace', namespace, label)),
  ];
}
