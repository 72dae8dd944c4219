"""Become an agent of Neutron once its server answers: neutron_agent.py TOPIC COMMAND --config-file=FILE…

An agent that asks before the server listens waits a minute for an answer that nobody will give, pauses for up to
another one, and waits twice as long then: minutes after an install, or when all of a site starts at once. Here the
server is asked every few seconds whether it is there; it is what listens to TOPIC.
"""
import os
import sys

import rpc_ping


def main():
    topic, *command = sys.argv[1:]
    ping = rpc_ping.Ping('neutron', topic, command, command[0])
    while reason := ping.why_not():
        print(f'waiting for the server: {reason}', flush=True)
    ping.close()
    os.execvp(command[0], command)


if __name__ == '__main__':
    main()
