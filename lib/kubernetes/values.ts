import { z } from 'zod';
import type { Handles } from '../values/value';
import { annotations, count, group, labels, line, qualifiedName, quantity, text } from '../values/types';

const resourceMap = (defaults: Record<string, string>) =>
  z.record(qualifiedName('the name of a resource, such as cpu'), quantity()).default(defaults);

/** CPU and memory of one container. A memory limit is always set; a CPU limit would only throttle. */
export const resources = (cpu: string, memory: string, memoryLimit: string) =>
  group({
    requests: resourceMap({ cpu, memory }).describe('What is reserved for each pod.'),
    limits: resourceMap({ memory: memoryLimit }).describe('What each pod may use at most.'),
  }).describe('CPU and memory of the container.');

const toleration = z.strictObject({
  key: line().optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: line().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().min(0).optional(),
});

/** Taints that pods tolerate, as Kubernetes has them. */
export const tolerations = () => z.array(toleration);

/** Where pods may run. */
export const placement = {
  nodeSelector: labels().default({}).describe("Labels a node must have, instead of the node role's."),
  tolerations: tolerations().default([]).describe('Taints that the pods tolerate.'),
};

/** Whether members of which a majority has to be there may share a node. */
export const spread = () =>
  z
    .enum(['preferred', 'required'])
    .default('preferred')
    .describe(
      'Members on nodes of their own: as far as that can be, or always; then one that finds no such node is not started.',
    );

/** What an operator sets for the pods of a component. Defaults are for a small cloud. */
export const workload = (defaults: {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}) => ({
  resources: resources(defaults.cpu, defaults.memory, defaults.memoryLimit),
  ...placement,
  annotations: annotations().default({}).describe('Annotations of the pods.'),
  extraEnv: z
    .record(text('^[A-Za-z_][A-Za-z0-9_]*$', "a variable's name: letters, digits and '_'"), line())
    .default({})
    .describe('More environment variables, by name.'),
});

/** The handles of a shape of values. */
type HandlesOf<S extends z.ZodRawShape> = Handles<z.output<z.ZodObject<S>>>;

/** The handles of `placement`. */
export type PlacementValues = HandlesOf<typeof placement>;
/** The handles of `resources()`. */
export type ResourceValues = HandlesOf<{ resources: ReturnType<typeof resources> }>;
/** The handles of `workload()`. */
export type WorkloadValues = HandlesOf<ReturnType<typeof workload>>;

/** The number of pods. */
export const replicas = (defaultReplicas: number) => count().default(defaultReplicas).describe('Number of pods.');

/** When an operation runs by itself: `what` begins with the subject, as in `a full backup is made`. */
export const schedule = (what: string) =>
  text(
    '^(([0-9*/,-]+ [0-9*/,-]+ [0-9*/,-]+ [0-9A-Za-z*/,-]+ [0-9A-Za-z*/,-]+)?|@(hourly|daily|midnight|weekly|monthly))$',
    "a schedule such as '30 2 * * *', or nothing",
  ).describe(`When ${what}, as cron writes it, in UTC. Empty: only when you run it.`);
