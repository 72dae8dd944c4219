/** How long a queue may take to empty: of a server that is as slow as its clients still bear. */
const LONGEST = 20;

/** A socket that listens (0A) and has connections that nobody has accepted yet (source: Linux, proc_net_tcp). */
const WAITING = '^ *[0-9]+: [0-9A-F:]+ [0-9A-F:]+ 0A [0-9A-F]+:0*[1-9A-F]';

/** How long `drain` takes at most, in seconds. */
export const longestDrain = (seconds: number): number => seconds + LONGEST;

/**
 * The command that a server runs before it is told to end: it waits until no client comes any more, and until those that
 * have come are taken. Whoever still is in the queue of a socket that is closed is refused.
 *
 * @param seconds until every node knows that the pod takes no more clients
 * @param sockets where the kernel lists the sockets of the pod
 */
export const drain = (seconds: number, sockets = '/proc/net/tcp*'): string[] => [
  ...['sh', '-c'],
  `sleep ${seconds}; n=${LONGEST}; while [ $n -gt 0 ] && grep -qsE '${WAITING}' ${sockets}; do n=$((n-1)); sleep 1; done`,
];
