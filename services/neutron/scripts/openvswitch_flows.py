"""Exit code 0 if Open vSwitch's agent has made its flows: openvswitch_flows.py [--or-no-switch].

Looks for the flow that the agent keeps in a table of its own. --or-no-switch: also if there is no switch to ask, which is
not the agent's fault.
"""
import subprocess
import sys

CANARY = ['ovs-ofctl', '--timeout=5', 'dump-flows', 'br-int', 'table=23']


def main():
    flows = subprocess.run(CANARY, capture_output=True, text=True)
    if flows.returncode:
        sys.exit(None if '--or-no-switch' in sys.argv else flows.stderr.strip())
    if 'actions=' not in flows.stdout:
        sys.exit('the switch has no flows of the agent')


if __name__ == '__main__':
    main()
