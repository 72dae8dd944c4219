"""What the real oslo.policy makes of check strings, and what the real Keystone makes of a policy file.

On stdin a request with `checks`, texts, or with `file`, a policy file, and `rules`, names.
Answer: for each check its form as oslo.policy prints it, null where it can't be read; or for each rule the form of the
check by which Keystone decides.
"""

import json
import logging
import os
import sys
import tempfile

from oslo_policy import _checks, _parser


def form(text):
    if not text:
        return str(_parser.parse_rule(text))
    state = _parser.ParseState()
    for token in _parser._parse_tokenize(text):
        # Two arguments up to oslo.policy 4.5, of OpenStack 2025.1; one since.
        state.shift(*(token if isinstance(token, tuple) else [token]))
    try:
        result = state.result
    except ValueError:
        return None
    # That of 4.5 gives back a token, too.
    return str(result) if isinstance(result, _checks.BaseCheck) else None


def decisions(file, rules):
    from keystone.common.rbac_enforcer import policy

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'policy.yaml')
        conf = os.path.join(folder, 'keystone.conf')
        with open(path, 'w') as policy_file:
            policy_file.write(file)
        with open(conf, 'w') as config:
            config.write(f'[oslo_policy]\npolicy_file = {path}\n')
        policy.CONF(['--config-file', conf], project='keystone')
        enforcer = policy._ENFORCER._enforcer
        enforcer.load_rules()
        return [str(enforcer.rules[name]) if name in enforcer.rules else None for name in rules]


logging.disable()
request = json.load(sys.stdin)
if 'checks' in request:
    answer = [form(text) for text in request['checks']]
else:
    answer = decisions(request['file'], request['rules'])
json.dump(answer, sys.stdout)
