"""Become an agent of Neutron once its server answers: neutron_agent.py TOPIC COMMAND --config-file=FILE…

An agent that asks before the server listens waits a minute for an answer that nobody will give, pauses for up to
another one, and waits twice as long then: minutes after an install, or when all of a site starts at once. Here the
server is asked every few seconds whether it is there; it is what listens to TOPIC.
"""
import os
import sys

import oslo_messaging
from oslo_config import cfg

SECONDS = 5


def answers(client):
    try:
        client.call({}, 'oslo_rpc_server_ping')
    except oslo_messaging.RemoteError:
        pass  # An answer as well: of a server that does not know the question.
    except oslo_messaging.MessagingException as error:
        print(f'waiting for the server: {error}', flush=True)
        return False
    return True


def main():
    topic, *command = sys.argv[1:]
    conf = cfg.ConfigOpts()
    conf(command[1:], project='neutron', default_config_files=[], default_config_dirs=[])
    transport = oslo_messaging.get_rpc_transport(conf)
    client = oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic=topic), timeout=SECONDS)
    while not answers(client):
        pass
    transport.cleanup()
    os.execvp(command[0], command)


if __name__ == '__main__':
    main()
