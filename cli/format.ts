import { Option } from 'commander';

/** In which form a command prints what it found. */
export type Format = 'text' | 'json';

export const formatOption = (): Option =>
  new Option('--format <format>', 'how to print it').choices(['text', 'json'] satisfies Format[]).default('text');
