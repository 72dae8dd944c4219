"""What an operator does with the whole cluster, once in a while.

    reset        delete all queues, messages, users and all else, on all members; users come from the definitions again
    drop-users   delete the users that are not in the definitions any more
    enable-feature-flags
                 after an upgrade: what the newer version can do. The older one cannot come back then

Works over Erlang's own connections, as `rabbitmqctl` does.
"""
import argparse
import json
import time

import broker
import pod

# Read by the program of each member before it starts the server.
RESET = '/var/lib/rabbitmq/mnesia/reset'


def reset(options):
    """No member may run while another one begins anew, or it would give it all back. So first all of them pause, then
    each is told to delete all, and then they end, upon which their programs do it and start them again."""
    members = broker.members()
    for member in members:
        broker.call('rabbitmqctl', 'eval', 'ok.', target=member, timeout=30)
    for member in reversed(members):
        broker.call('rabbitmqctl', 'stop_app', target=member, timeout=120)
        print(f'{member} is stopped')
    for member in members:
        broker.call('rabbitmqctl', 'eval', f'ok = file:write_file("{RESET}", <<>>).', target=member)
    for member in members:
        broker.call('rabbitmqctl', 'eval', 'init:stop().', target=member)
        print(f'{member} deletes all that it has, and starts again')
    until = time.monotonic() + options.timeout
    for member in members:
        while not (broker.state(member) or {}).get('running'):
            if time.monotonic() > until:
                raise pod.Refused(f'{member} is not ready after {options.timeout} s: see its log')
            time.sleep(2)
        print(f'{member} is ready')


def drop_users(options):
    with open(options.definitions) as file:
        wanted = {user['name'] for user in json.load(file)['users']}
    member = next((member for member in broker.members() if (broker.state(member) or {}).get('running')), None)
    if not member:
        raise pod.Refused('no member is ready')
    found = {user['user'] for user in broker.ask('rabbitmqctl', 'list_users', target=member)}
    if wanted - found:
        raise pod.Refused(f'not there yet: {", ".join(sorted(wanted - found))}. Nobody is dropped before the members '
                          'have restarted with their definitions')
    for user in sorted(found - wanted):
        broker.call('rabbitmqctl', 'delete_user', user, target=member)
        print(f'dropped {user}')
    print(f'users: {", ".join(sorted(wanted))}')


def enable_feature_flags(_):
    members = broker.members()
    status = broker.ask('rabbitmqctl', 'cluster_status', target=members[0])
    found = {name: status['versions'].get(broker.node(name), {}).get('rabbitmq_version') for name in members}
    if None in found.values() or len(set(found.values())) > 1:
        said = ', '.join(f'{name} {version or "does not run"}' for name, version in found.items())
        raise pod.Refused(f'all members have to run the same version: {said}. Nothing was changed')
    flags = broker.disabled_flags(members[0])
    if flags:
        broker.call('rabbitmqctl', 'enable_feature_flag', 'all', target=members[0], timeout=300)
    print(f'enabled: {", ".join(flags) or "none; there was nothing to do"}')


ACTIONS = {'reset': reset, 'drop-users': drop_users, 'enable-feature-flags': enable_feature_flags}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('action', choices=list(ACTIONS))
    parser.add_argument('--definitions', default='/etc/rabbitmq/definitions.json', metavar='FILE')
    parser.add_argument('--timeout', type=int, default=300, metavar='SECONDS')
    options = parser.parse_args()
    try:
        return ACTIONS[options.action](options)
    except broker.Failed as failure:
        cure = ('. Without them: kubectl exec each member -- touch ' + RESET + ', then delete all pods at once'
                if options.action == 'reset' else '')
        raise pod.Refused(f'{failure}{cure}') from None


if __name__ == '__main__':
    pod.main(main)
