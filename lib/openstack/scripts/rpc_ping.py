"""Exit code 0 if a server of RPC answers: rpc_ping.py PROJECT TOPIC [--of-host] --config-file=FILE…

--of-host: that of the `host` in the config, of all that listen to TOPIC. What a process has to say before it answers,
such as that it has connected to the broker, does not count: it listens when it is done with its start.
"""
import os
import sys

import oslo_messaging
from oslo_config import cfg

SECONDS = 5
# Part of the name of the queue for answers. Two on a node with the same one would get each other's.
NAME = 'OS_OSLO_MESSAGING_RABBIT__PROCESSNAME'


class Ping:
    def __init__(self, project, topic, arguments, name):
        # Each project's servers listen at an exchange of its name, unless the config names another.
        oslo_messaging.set_transport_defaults(control_exchange=project)
        os.environ[NAME] = f'ping-for-{name}'
        # The queue has a number, too, which begins anew with each group of processes. A probe is in none of its container.
        if os.getpgrp() == 0:
            os.setpgrp()
        # Not one of its own: some options oslo.messaging knows just in this one.
        conf = cfg.CONF
        conf.register_opt(cfg.StrOpt('host'))
        files = [one for one in arguments if one.startswith('--config-file=')]
        conf(files, project=project, default_config_files=[], default_config_dirs=[])
        server = conf.host if '--of-host' in arguments else None
        self.transport = oslo_messaging.get_rpc_transport(conf)
        target = oslo_messaging.Target(topic=topic, server=server)
        self.client = oslo_messaging.get_rpc_client(self.transport, target, timeout=SECONDS)

    def why_not(self):
        """Nothing where there is an answer."""
        try:
            self.client.call({}, 'oslo_rpc_server_ping')
        except (oslo_messaging.RemoteError, oslo_messaging.RPCDispatcherError):
            pass  # An answer as well: of a server that does not know the question.
        except oslo_messaging.MessagingException as error:
            return f'{self.client.target}: {error}'
        return None

    def close(self):
        self.transport.cleanup()
        os.environ.pop(NAME, None)


def main():
    project, topic, *arguments = sys.argv[1:]
    sys.exit(Ping(project, topic, arguments, f'{project}-{topic}').why_not())


if __name__ == '__main__':
    main()
