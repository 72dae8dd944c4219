import type { Scenario } from '../scenario';
import { agentsRestart } from './agents-restart';
import { allAtOnce } from './all-at-once';
import { badChange } from './bad-change';
import { boot } from './boot';
import { brokerOutage } from './broker-outage';
import { computePool } from './compute-pool';
import { gitops } from './gitops';
import { helm } from './helm';
import { installTime } from './install-time';
import { kitAtOnce } from './kit-at-once';
import { kitUpgrade } from './kit-upgrade';
import { kitInstallTime } from './kit-install-time';
import { keys } from './keys';
import { loss } from './loss';
import { lossUnderLoad } from './loss-under-load';
import { noOp } from './no-op';
import { oneChartAlone } from './one-chart-alone';
import { passwordRotation } from './password-rotation';
import { policies } from './policies';
import { reconfigure } from './reconfigure';
import { reconfigureAll } from './reconfigure-all';
import { releaseUpgrade } from './release-upgrade';
import { restoredDump } from './restored-dump';
import { restricted } from './restricted';
import { sameThing } from './same-thing';
import { scale } from './scale';
import { scaleOfComputes } from './scale-computes';
import { startModes } from './start-modes';
import { threeReplicas } from './three-replicas';
import { token } from './token';
import { uninstall } from './uninstall';

/** All of them; those that share a cloud beside each other. */
export const scenarios: readonly Scenario[] = [
  ...[token, restricted, noOp, reconfigure, badChange, loss],
  ...[allAtOnce, helm, sameThing, gitops, oneChartAlone, uninstall, startModes],
  ...[passwordRotation, keys, brokerOutage, restoredDump, threeReplicas, releaseUpgrade, policies, scale, installTime],
  ...[
    boot,
    agentsRestart,
    computePool,
    lossUnderLoad,
    reconfigureAll,
    kitInstallTime,
    kitAtOnce,
    kitUpgrade,
    scaleOfComputes,
  ],
];
