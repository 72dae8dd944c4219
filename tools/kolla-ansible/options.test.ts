import { optionsIn } from './options';

const facts = `
kettle:
  containers:
    kettle-api:
      config_json:
        config_files:
        - source: kettle.conf
        - source: kettle-api-uwsgi.ini
        - source: policy.yaml
    kettle-lid:
      config_json: {}
  other_config_json:
    kettle-bootstrap:
      config_files:
      - source: lid_agent.ini
  options:
    kettle.conf:
      common:
        DEFAULT: {debug: 'False', log: a.log}
      per_container:
        kettle-api:
          DEFAULT: {log: b.log}
        kettle-lid:
          DEFAULT: {debug: 'False'}
    kettle-api-uwsgi.ini:
      processes: '4'
  option_variants:
    steam:
      cell/kettle.conf:
        DEFAULT:
          whistle: [loud, louder]
        _removed: [DEFAULT/log]
`;

test('each value of an option by file, section and name, whichever container or feature has it', () => {
  expect(optionsIn(facts)).toEqual({
    source: 'Kolla-Ansible stable/2026.1',
    options: {
      'kettle/kettle.conf': {
        DEFAULT: { debug: ['False'], log: ['a.log', 'b.log'], whistle: [['loud', 'louder']] },
      },
    },
    untold: ['kettle/lid_agent.ini'],
    others: { uWSGI: ['kettle/kettle-api-uwsgi.ini'] },
  });
});

test('a file without sections that nobody is known to read is an error', () => {
  const kettle = (content: string) => `kettle: {options: {kettle.conf: ${content}}}`;
  expect(() => optionsIn(kettle('{debug: a}'))).toThrow('kettle/kettle.conf has debug outside of all sections');
  expect(() => optionsIn(kettle('[debug a]'))).toThrow('kettle/kettle.conf has no sections');
});
