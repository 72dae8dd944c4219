"""A client of OpenStack in a pod: each line of standard input is a request in JSON, each line of standard output its
answer. One process, for a command line client takes longer to start than to ask.

    {"do": "token"}                       a token of the administrator
    {"do": "validate", "token": …}        the status with which Keystone answers for it
    {"do": "catalog"}                     services and endpoints
    {"do": "load", "name": …}             asks for tokens from now on, or does `visits` in turn: see Load
    {"do": "stop", "name": …}             what became of that
    {"do": "call", "service": …, "method": …, "path": …, "body": …, "version": …}
                                          status and body of an answer of the service of that type in the catalog;
                                          `version`: a microversion of its API

`keystone` is the address of Keystone: default: that of its Service.
"""
import http.client
import itertools
import json
import os
import sys
import threading
import time
import urllib.parse

SERVICE = 'keystone-api:5000'


class Refused(Exception):
    pass


def ask(method, path, keystone=SERVICE, body=None, token=None, timeout=20, version=None):
    """Status, headers and body of an answer, on a connection of its own."""
    connection = http.client.HTTPConnection(keystone, timeout=timeout)
    headers = {'Content-Type': 'application/json', 'Connection': 'close', **({'X-Auth-Token': token} if token else {}),
               **({'OpenStack-API-Version': version} if version else {})}
    try:
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, answer.headers, content(text)
    finally:
        connection.close()


def content(text):
    """Of an answer; of an error of what is before a service, such as uwsgi, the text."""
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return {'text': text.decode(errors='replace')[:200]}


def token(keystone=SERVICE, timeout=20):
    domain = {'name': 'Default'}
    user = {'name': 'admin', 'domain': domain, 'password': os.environ['PASSWORD']}
    body = {'auth': {'identity': {'methods': ['password'], 'password': {'user': user}},
                     'scope': {'project': {'name': 'admin', 'domain': domain}}}}
    status, headers, answer = ask('POST', '/v3/auth/tokens', keystone, body, timeout=timeout)
    if status != 201:
        raise Refused(f'{status} {answer}')
    return headers['X-Subject-Token']


def validate(subject, keystone=SERVICE):
    """By the token itself, so that no other one is needed."""
    connection = http.client.HTTPConnection(keystone, timeout=20)
    try:
        connection.request('GET', '/v3/auth/tokens', headers={
            'X-Auth-Token': subject, 'X-Subject-Token': subject, 'Connection': 'close'})
        return connection.getresponse().status
    finally:
        connection.close()


def catalog(keystone=SERVICE):
    own = token(keystone)
    return {name: ask('GET', f'/v3/{name}', keystone, token=own)[2][name] for name in ('services', 'endpoints')}


KEPT = {}


def endpoints():
    """The internal URLs of services by their type, and a token, both asked for again after a while."""
    if KEPT.get('until', 0) < time.monotonic():
        own = token()
        found = ask('GET', '/v3/auth/catalog', token=own)[2]['catalog']
        urls = {one['type']: where['url'] for one in found for where in one['endpoints']
                if where['interface'] == 'internal'}
        KEPT.update(until=time.monotonic() + 600, urls=urls, token=own)
    return KEPT['urls'], KEPT['token']


def call(service, method, path, body=None, version=None):
    urls, own = endpoints()
    if service not in urls:
        raise Refused(f'no service of type {service} in the catalog; there are {", ".join(sorted(urls))}')
    address = urllib.parse.urlsplit(urls[service])
    status, _, answer = ask(method, address.path + path, address.netloc, body, own, timeout=60,
                            version=version and f'{service} {version}')
    return status, answer


def upload(image):
    """The data of an image, from standard input, in pieces: nobody says how much there is."""
    urls, own = endpoints()
    address = urllib.parse.urlsplit(urls['image'])
    connection = http.client.HTTPConnection(address.netloc, timeout=300)
    connection.request('PUT', f'{address.path}/v2/images/{image}/file', sys.stdin.buffer, {
        'Content-Type': 'application/octet-stream', 'X-Auth-Token': own, 'Transfer-Encoding': 'chunked'},
        encode_chunked=True)
    status = connection.getresponse().status
    if status != 204:
        sys.exit(f'the upload was answered with {status}')


def visit(service, path, body=None):
    """Reads, or, with a body, makes something and removes it."""
    def done(method, where, body=None):
        status, answer = call(service, method, where, body)
        if status >= 400:
            raise Refused(f'{method} {where} of {service}: {status} {answer}')
        return answer

    if body is None:
        done('GET', path)
    else:
        (made,) = done('POST', path, body).values()
        done('DELETE', f'{path}/{made["id"]}')


class Load(threading.Thread):
    """So many requests a second, each on its own connection; those that take long don't keep others waiting.

    For tokens, or with `visits` each in turn: the type of a service, a path, and a body or none. Those of one second may
    be open at once: a machine that is too slow for the rate is asked less, not flooded.
    """

    def __init__(self, keystone, rate, visits):
        super().__init__(daemon=True)
        self.keystone, self.rate = keystone, rate
        self.visits = itertools.cycle(visits)
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.failures, self.slowest, self.requests = [], 0, 0
        self.running = []

    def run(self):
        due = time.monotonic()
        while not self.ended.is_set():
            self.running = [one for one in self.running if one.is_alive()]
            if len(self.running) >= self.rate:
                self.ended.wait(0.05)
                continue
            thread = threading.Thread(target=self.request, args=[next(self.visits, None)], daemon=True)
            thread.start()
            self.running.append(thread)
            due = max(due + 1 / self.rate, time.monotonic() - 1)
            self.ended.wait(max(0, due - time.monotonic()))

    def request(self, what):
        began = time.monotonic()
        try:
            visit(*what) if what else token(self.keystone)
            failure = None
        except (Refused, OSError, ValueError, http.client.HTTPException) as error:
            asked = ' '.join(what[:2]) if what else 'a token'
            failure = f'{time.strftime("%H:%M:%S")} {asked}: {type(error).__name__}: {error}'
        with self.lock:
            self.requests += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if failure:
                self.failures.append(failure)

    def stop(self):
        self.ended.set()
        self.join()
        for thread in self.running:
            thread.join(30)
        return {'requests': self.requests, 'failures': self.failures, 'slowest': round(self.slowest, 2)}


def main():
    loads = {}

    def start(name, keystone=SERVICE, rate=10, visits=()):
        loads[name] = Load(keystone, rate, visits)
        loads[name].start()

    actions = {
        'token': lambda **options: token(**options),
        'validate': lambda token, **options: validate(token, **options),
        'catalog': catalog,
        'load': start,
        'stop': lambda name: loads.pop(name).stop(),
        'call': lambda **options: call(**options),
        'ask': lambda **options: ask(**options)[::2],
    }
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {'answer': actions[request.pop('do')](**request)}
        except (Refused, OSError, ValueError, KeyError, http.client.HTTPException) as error:
            answer = {'error': f'{type(error).__name__}: {error}'}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    if sys.argv[1:2] == ['upload']:
        upload(sys.argv[2])
    else:
        main()
