import { z } from 'zod';
import { agentValues, poolValues, serviceValues } from '../../lib/openstack';
import { group, text, word } from '../../lib/values';

const OPTION = text('^[a-z][a-z0-9-]*$', 'an option of Open vSwitch such as hw-offload');

const otherConfig = () => z.record(OPTION, word());

export const openvswitchValues = serviceValues('openvswitch', ['openvswitch-db-server', 'openvswitch-vswitchd'], {
  dbServer: group(agentValues({ memory: '64Mi', memoryLimit: '256Mi' })),
  vswitchd: group(agentValues({ cpu: '50m', memory: '128Mi', memoryLimit: '1Gi' })),
  otherConfig: otherConfig()
    .default({})
    .describe('Options of `other_config` in the table Open_vSwitch, such as `hw-offload: "true"`.'),
  pools: poolValues({ otherConfig: otherConfig().optional().describe('More of them.') }),
});
