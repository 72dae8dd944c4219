import { PoolOf } from '../../lib/openstack';
import type { NovaValues } from './values';

/** A pool of nodes, as Nova sees it. */
export type NovaPool = PoolOf<NovaValues['pools']>;

export const DISKS = { why: 'Disks of servers, and what Nova knows of them. They outlive every pod.' };
export const SOCKETS = { why: "libvirt's sockets, and what it knows of the servers that run." };

/** Addresses of a node: the one by which others reach it, and the one that servers move to. */
export const addressesOf = ({ own }: NovaPool) => ({
  my_ip: own.address,
  migration_ip: own.migrationAddress.or(own.address.or('')),
});
