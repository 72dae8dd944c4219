import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programText } from './program-text';

test('a program goes out without comments, with the first line of its documentation, indented by two blanks', () => {
  const source = `"""Says hello.

To whom, is another matter.
"""
import sys  # for its arguments


# Somebody.
class Person:
    """Has a name."""

    def __init__(self, name):
        """Takes it.

        As it is."""
        self.name = name


def main():
    if (len(sys.argv) > 1 and
            sys.argv[1]):  # given
        text = """# no comment
    - nor this: 'a' # b
"""
        print(text, Person('# nobody').name, "a \\" # b",
              f'{sys.argv[0]}#')
    return 1 + \\
        2
`;
  expect(programText(source)).toBe(`"""Says hello."""
import sys

class Person:

  def __init__(self, name):
    self.name = name

def main():
  if (len(sys.argv) > 1 and
      sys.argv[1]):
    text = """# no comment
    - nor this: 'a' # b
"""
    print(text, Person('# nobody').name, "a \\" # b",
        f'{sys.argv[0]}#')
  return 1 + \\
      2
`);
});

test('a program that is started by its name keeps the line that says by what', () => {
  expect(programText('#!/usr/bin/env python3\n# Says hello.\nprint(1)\n')).toBe('#!/usr/bin/env python3\nprint(1)\n');
});

/** Whether two programs are the same to Python, but for their documentation. Each line of the input: a pair in JSON. */
const COMPARE = `
import ast, json, sys
def tree(text):
    module = ast.parse(text)
    for node in ast.walk(module):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(module)
for line in sys.stdin:
    source, text = json.loads(line)
    print(tree(source) == tree(text))
`;

const ROOT = join(__dirname, '..', '..');
const programs = ['lib', 'services']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((file) => join(folder, String(file))))
  .filter((file) => file.endsWith('.py'));

test('to Python every program of ours stays the same', () => {
  const pairs = programs.map((file) => {
    const source = readFileSync(join(ROOT, file), 'utf8');
    return JSON.stringify([source, programText(source)]);
  });
  const { stdout, stderr } = spawnSync('python3', ['-c', COMPARE], { input: pairs.join('\n'), encoding: 'utf8' });
  expect(stderr).toBe('');
  const same = stdout.trim().split('\n');
  expect(programs.map((file, i) => [file, same[i]])).toEqual(programs.map((file) => [file, 'True']));
});
