import { setFlagsFromString } from 'node:v8';

/**
 * Imported before anything else by programs that end within seconds. V8 compiles a function anew, in threads of its own,
 * once it has run for a while; here, that costs more than it gives. With ten times that while and more, the synth of
 * clouds/aio.yaml takes up to a third less CPU, and no longer. V8 measures it in bytecode up to Node 20, in calls since.
 */
const major = Number.parseInt(process.versions.node, 10);
setFlagsFromString(major <= 20 ? '--interrupt-budget=1000000' : '--invocation-count-for-turbofan=30000');
