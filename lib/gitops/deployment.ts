import { posix } from 'node:path';

/** Where a cloud goes: Helm's release name, which is in labels and names, and its namespace. */
export interface Deployment {
  readonly name: string;
  readonly namespace: string;
}

/** What a tool's object for a service is called. Its namespace may hold those of other clouds. */
export const nameOf = ({ name }: Deployment, service: string): string => `${name}-${service}`;

/** A path below the folder of the output: that folder may be the top of the repository. */
export const below = (path: string, ...names: readonly string[]): string => posix.join(path, ...names);
