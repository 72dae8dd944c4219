import type { Bug } from '../bug';
import { cloudBugs } from './cloud';
import { configBugs } from './config';
import { helmBugs } from './helm';
import { openstackBugs } from './openstack';
import { packageBugs } from './package';
import { plainBugs } from './plain';
import { valuesBugs } from './values';

/** Every bug that is planted. */
export const bugs: readonly Bug[] = [
  ...plainBugs,
  ...helmBugs,
  ...valuesBugs,
  ...configBugs,
  ...cloudBugs,
  ...packageBugs,
  ...openstackBugs,
];
