"""Smoke test of RabbitMQ: every member runs, and answers clients."""
import json
import os
import socket
import ssl
import urllib.request

from smoke import check

ENV = os.environ
PORT = int(ENV['PORT'])


def runs(member):
    with urllib.request.urlopen(f'http://{member}:25673/state', timeout=5) as answer:
        state = json.load(answer)
    if not state['running']:
        raise ValueError(f'it says {state}')


def answers(member):
    """To the header of AMQP 0-9-1 with Connection.Start, a method frame of channel 0."""
    connection = socket.create_connection((member, PORT), timeout=10)
    if ENV['CA']:
        connection = ssl.create_default_context(cafile=ENV['CA']).wrap_socket(connection, server_hostname=member)
    with connection, connection.makefile('rb') as stream:
        connection.sendall(b'AMQP\0\0\x09\x01')
        frame = stream.read(11)
    if frame[:3] != b'\x01\0\0' or frame[7:] != b'\0\x0a\0\x0a':
        raise ValueError(f'it says {frame}')


for ordinal in range(int(ENV['MEMBERS'])):
    member = f'rabbitmq-{ordinal}.rabbitmq'
    check(f'{member} runs', runs, member)
    check(f'{member}:{PORT} speaks AMQP', answers, member)
