"""What the smoke tests of all services share: checks, a line each, and a minute for all of them."""
import sys
import time

UNTIL = time.monotonic() + 60


def check(what, ask, *arguments):
    """What `ask` gives. It is tried until time is up: what was just installed may still be starting."""
    while True:
        try:
            found = ask(*arguments)
            print(f'ok: {what}', flush=True)
            return found
        except Exception as error:
            if time.monotonic() > UNTIL:
                sys.exit(f'FAILED: {what}: {type(error).__name__}: {error}')
        time.sleep(2)
