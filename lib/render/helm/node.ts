import { Expression } from '../../values/expression';
import { holds, partsOf } from '../../values/given';
import {
  ALWAYS,
  EachNode,
  Entry,
  ListNode,
  MapNode,
  Node,
  WhenNode,
  isAlways,
  isContainer,
  presenceOf,
} from '../../values/tree';
import { Context, condition, inside, pipeline } from './pipeline';
import { literalLines, plainKey, scalar } from './scalar';
import { range } from './text';

const pad = (indent: number): string => ' '.repeat(indent);

const isKnown = (test: Expression, { facts = [] }: Context): boolean => holds(test, facts);
const knowing = (test: Expression, at: Context): Context => ({ ...at, facts: [...(at.facts ?? []), ...partsOf(test)] });

/** The lines of a map's entries. */
export const mapLines = (node: MapNode, indent: number, at: Context): string[] =>
  node.entries.flatMap((entry) => ('spread' in entry ? spreadLines(entry, indent, at) : keyLines(entry, indent, at)));

/** The lines of a list's items. */
const listLines = (node: ListNode, indent: number, at: Context): string[] =>
  node.items.flatMap((item) => (item.node === 'each' ? eachLines(item, indent, at) : itemLines(item, indent, at)));

function spreadLines({ spread }: Extract<Entry, { spread: Expression }>, indent: number, at: Context): string[] {
  return fenced(`with ${pipeline(spread, at)}`, [`${pad(indent)}{{- toYaml . | nindent ${indent} }}`], indent);
}

/** The lines of one key of a map, none where the value is not there. */
function keyLines({ key, value }: Extract<Entry, { key: string }>, indent: number, at: Context): string[] {
  return nodeLines(`${pad(indent)}${plainKey(key)}:`, value, indent, at);
}

/** The lines of one item of a list. */
function itemLines(node: Node, indent: number, at: Context): string[] {
  return nodeLines(`${pad(indent)}-`, node, indent, at);
}

const eachLines = ({ loop, body }: EachNode, indent: number, at: Context): string[] =>
  fenced(range(loop, at), itemLines(body, indent, inside(at)), indent);

/** A node behind its head, which is `key:` or `-`. */
function nodeLines(head: string, node: Node, indent: number, at: Context): string[] {
  switch (node.node) {
    case 'value':
      return valueLines(head, node.expression, indent, at);
    case 'when':
      return whenLines(head, node, indent, at);
    case 'map':
    case 'list':
      return containerLines(head, node, indent, at);
    case 'each':
      throw new Error('a loop stands inside a list');
  }
}

function valueLines(head: string, e: Expression, indent: number, at: Context): string[] {
  if (e.op === 'literal') return literalLines(head, e, indent);
  if (isContainer(e)) {
    const below = belowOf(head, e.kind === 'list', indent);
    const lines = [head, `${pad(below)}{{- toYaml . | nindent ${below} }}`];
    return fenced(`with ${pipeline(e, at)}`, lines, indent);
  }
  if (e.op === 'named' && (e.body.op === 'ini' || e.body.op === 'wholeFile')) {
    return [`${head} |`, `${pad(indent + 2)}{{- ${pipeline(e, at)} | nindent ${indent + 2} }}`];
  }
  return [`${head} ${scalar(e, at)}`];
}

function whenLines(head: string, { test, then, otherwise }: WhenNode, indent: number, at: Context): string[] {
  if (isKnown(test, at)) return nodeLines(head, then, indent, at);
  const other = otherwise ? nodeLines(head, otherwise, indent, at) : [];
  return [
    `${pad(indent)}{{- if ${condition(test, at)} }}`,
    ...nodeLines(head, then, indent, knowing(test, at)),
    ...(other.length > 0 ? [`${pad(indent)}{{- else }}`, ...other] : []),
    `${pad(indent)}{{- end }}`,
  ];
}

function containerLines(head: string, node: MapNode | ListNode, indent: number, at: Context): string[] {
  const found = presenceOf(node);
  const presence = isKnown(found, at) ? ALWAYS : found;
  const below = isAlways(presence) ? at : knowing(presence, at);
  const inner = belowOf(head, node.node === 'list', indent);
  const lines = node.node === 'map' ? mapLines(node, inner, below) : listLines(node, inner, below);
  if (lines.length === 0) return [`${head} ${node.node === 'map' ? '{}' : '[]'}`];
  const all = join(head, lines);
  return isAlways(presence) ? all : fenced(`if ${condition(presence, at)}`, all, indent);
}

/** How far what stands below a head is indented: the items of a key's list not at all, as kubectl prints them. */
const belowOf = (head: string, isList: boolean, indent: number): number =>
  isList && head.endsWith(':') ? indent : indent + 2;

/** `- name: x` on one line, unless the first line is a template's own. */
function join(head: string, [first, ...rest]: string[]): string[] {
  const follows = head.endsWith('-') && first !== undefined && !first.trimStart().startsWith('{{-');
  return follows ? [`${head} ${first.trimStart()}`, ...rest] : [head, ...(first === undefined ? [] : [first]), ...rest];
}

const fenced = (condition: string, lines: readonly string[], indent: number): string[] => [
  `${pad(indent)}{{- ${condition} }}`,
  ...lines,
  `${pad(indent)}{{- end }}`,
];
