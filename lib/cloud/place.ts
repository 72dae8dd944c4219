import type { OptionFacts } from '../config/oslo';
import type { PolicyRule } from '../config/policy';
import type { Json } from '../values/expression';
import type { PlaceInPath } from './value-path';

/** A name inside a place, with one line about it. */
export interface Inside {
  readonly name: string;
  readonly help?: string;
}

/** What is said of a place, wherever it is used. */
export interface Said {
  readonly help?: string;
  /** What it takes, in words. */
  readonly takes: string;
  /** Missing: none. */
  readonly default?: Json;
  /** Nothing works without it, and there is no default. */
  readonly required: boolean;
  /** A secret, or something with secrets in it. */
  readonly secret: boolean;
  /** Of a map whose names are the user's: what a name has to be. */
  readonly names?: string;
  readonly inside: readonly Inside[];
  /** What OpenStack's own tables say of it, in each release that has it, the oldest first. */
  readonly facts?: readonly Facts[];
}

/** A place in a cloud file. */
export interface Place extends PlaceInPath<Place> {
  /** Worked out when it is asked for. */
  readonly said: () => Said;
  /** The config file of a service whose options or rules are here: `keystone/keystone.conf`. */
  readonly file?: string;
}

/** What a release says of a rule of a policy. */
export interface RuleFacts extends PolicyRule {
  readonly release: string;
  /** What the rule is called now, if the name is an old one. */
  readonly now?: readonly string[];
}

/** What OpenStack's tables say. */
export type Facts = OptionFacts | RuleFacts;

/** The first sentence, as far as it is on one line of help. */
export function firstLine(help: string): string {
  const text = help.trim().replace(/\s+/g, ' ');
  return /^.*?[.!?](?= |$)/.exec(text)?.[0] ?? text;
}
