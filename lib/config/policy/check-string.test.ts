import { leavesOf, parseCheck } from './check-string';

const role = (match: string) => ({ kind: 'role', match });

test.each([
  ['', '@'],
  ['@', '@'],
  ['!', '!'],
  ['role:admin', role('admin')],
  ['user_id:%(target.user.id)s', { kind: 'user_id', match: '%(target.user.id)s' }],
  ["'admin':%(role.name)s", { kind: "'admin'", match: '%(role.name)s' }],
  ['NOT role:a', { not: role('a') }],
  ['role:a and role:b and role:c', { all: [role('a'), role('b'), role('c')] }],
  ['(role:a or role:b) and not (role:c)', { all: [{ any: [role('a'), role('b')] }, { not: role('c') }] }],
])('oslo.policy reads %j', (text, check) => {
  expect(parseCheck(text)).toEqual(check);
});

test('`and` binds closer than `or`, on either side', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(role) as [object, object, object];
  expect(parseCheck('role:a and role:b or role:c')).toEqual({ any: [{ all: [a, b] }, c] });
  expect(parseCheck('role:a or role:b and role:c')).toEqual({ any: [a, { all: [b, c] }] });
});

test.each([' ', '"admin"', 'role:a role:b', 'role:a and', '(role:a', 'role:a)', 'not', 'role:a or "b"', '()'])(
  'oslo.policy cannot read %j',
  (text) => {
    expect(parseCheck(text)).toBeUndefined();
  },
);

test('leaves are what a check asks, words that are no check among them', () => {
  const check = parseCheck('rule:a or not (admin and @)')!;
  expect(leavesOf(check)).toEqual([{ kind: 'rule', match: 'a' }, { word: 'admin' }]);
});
