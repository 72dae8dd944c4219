"""A client of the broker in the tests: oslo.messaging's habits, in as few lines as can be.

    load QUEUE      publish, each message confirmed before the next, on whichever member takes it, until /tmp/stop is there
    take QUEUE      take all messages of the queue; print their bodies
    can USER        whether he may log in, on the first member
    publish QUEUE N SIZE   until the broker blocks or N are confirmed
"""
import argparse
import json
import os
import signal
import ssl
import sys
import time

sys.path.insert(0, '/client/pika.whl')
import pika  # noqa: E402

HOSTS = [f'rabbitmq-{ordinal}.rabbitmq' for ordinal in range(int(os.environ['MEMBERS']))]
QUORUM = {'x-queue-type': 'quorum'}


def connect(host, user='openstack', password=None):
    password = password or os.environ['PASSWORD']
    tls = os.path.exists('/tls/ca.crt')
    options = pika.SSLOptions(ssl.create_default_context(cafile='/tls/ca.crt'), host) if tls else None
    return pika.BlockingConnection(pika.ConnectionParameters(
        host, 5672, credentials=pika.PlainCredentials(user, password), ssl_options=options, heartbeat=6,
        blocked_connection_timeout=30, socket_timeout=5, stack_timeout=10, connection_attempts=1))


def channel_of(connection, queue):
    channel = connection.channel()
    channel.queue_declare(queue, durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    return channel


def load(queue):
    confirmed, errors, turn, number = [], [], 0, 0
    last, longest = time.monotonic(), 0
    while not os.path.exists('/tmp/stop'):
        turn += 1
        try:
            connection = connect(HOSTS[turn % len(HOSTS)])
            channel = channel_of(connection, queue)
            while not os.path.exists('/tmp/stop'):
                number += 1
                channel.basic_publish('', queue, str(number).encode(), pika.BasicProperties(delivery_mode=2))
                confirmed.append(number)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
                time.sleep(0.005)
            connection.close()
        except Exception as error:  # whatever it is, another member is tried
            errors.append(f'{type(error).__name__} {error}')
            time.sleep(0.2)
    print(json.dumps({'confirmed': confirmed, 'errors': errors, 'longest': round(longest, 2)}))


def take(queue):
    for attempt in range(20):
        bodies = []
        signal.alarm(20)
        try:
            connection = connect(HOSTS[attempt % len(HOSTS)])
            channel = channel_of(connection, queue)
            for method, _, body in channel.consume(queue, auto_ack=True, inactivity_timeout=2):
                if not method:
                    break
                bodies.append(int(body.split()[0]))
            signal.alarm(0)
            channel.queue_delete(queue)
            print(json.dumps(bodies))
            return
        except Exception as error:
            print(repr(error), file=sys.stderr)
            time.sleep(1)
    signal.alarm(0)
    sys.exit('no member let the messages be taken')


def publish(queue, count, size):
    done, why = 0, None
    connection = connect(HOSTS[0])
    channel = channel_of(connection, queue)
    try:
        for number in range(count):
            channel.basic_publish('', queue, f'{number + 1} '.encode() + os.urandom(size),
                                  pika.BasicProperties(delivery_mode=2))
            done += 1
    except Exception as error:
        why = type(error).__name__
    print(json.dumps({'confirmed': done, 'why': why}))


def can(user, password):
    try:
        connect(HOSTS[0], user, password).close()
        print('yes')
    except Exception as error:
        print('no', type(error).__name__)


def late(*_):
    raise TimeoutError('no answer')


def main():
    signal.signal(signal.SIGALRM, late)
    parser = argparse.ArgumentParser()
    parser.add_argument('action', choices=['load', 'take', 'publish', 'can'])
    parser.add_argument('arguments', nargs='*')
    options = parser.parse_args()
    arguments = [int(word) if word.isdigit() else word for word in options.arguments]
    globals()[options.action](*arguments)


if __name__ == '__main__':
    main()
