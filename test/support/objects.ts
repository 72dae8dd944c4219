import { CORE_SCHEMA, defineScalarTag, floatCoreTag, intCoreTag, loadAll, NOT_RESOLVED, Schema } from 'js-yaml';

/**
 * Plain scalars that Kubernetes and Helm, whose parser keeps to YAML 1.1, read as something else than YAML 1.2 does:
 * `yes` is true to them, `010` is 8 and `1_000` a number. Output must quote them.
 */
const ambiguous = new RegExp(
  [
    '[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF|<<', // booleans, and the merge key
    '[-+]?0[0-9_]+|[-+]?0(?:[bB][01_]+|[oO][0-7]*_[0-7_]*|O[0-7]+|[xX][0-9a-fA-F]*_[0-9a-fA-F_]*|X[0-9a-fA-F]+)',
    // Digits in groups, which Go reads once it has taken every _ out; behind a dot, only where all stand between digits.
    '(?=.*_)(?:(?:[-+]_*)?[0-9][0-9_]*(?:\\.[0-9_]*)?|[-+]_*\\._*[0-9][0-9_]*)(?:[eE]_*[-+]?_*[0-9][0-9_]*)?',
    '(?=.*_)\\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?',
  ]
    .map((form) => `^(?:${form})$`)
    .join('|'),
);

const ambiguousTag = defineScalarTag('tag:kolla-cdk8s,2026:ambiguous', {
  implicit: true,
  identify: () => false,
  resolve: (source) => {
    if (ambiguous.test(source))
      throw new Error(`unquoted ${source} means different things in YAML 1.1 and 1.2: quote it`);
    return NOT_RESOLVED;
  },
});

/** What JavaScript can't hold exactly becomes a text that equals no number. */
const intTag = {
  ...intCoreTag,
  resolve: (source: string, isExplicit: boolean, tagName: string) => {
    const value = intCoreTag.resolve(source, isExplicit, tagName);
    return typeof value !== 'number' || Number.isSafeInteger(value) ? value : `integer beyond 53 bits: ${source}`;
  },
};

/** To JavaScript 1e+06 and 1.0 are integers; where Kubernetes wants an int32, it refuses them. */
const floatTag = {
  ...floatCoreTag,
  resolve: (source: string, isExplicit: boolean, tagName: string) => {
    const value = floatCoreTag.resolve(source, isExplicit, tagName);
    return typeof value === 'number' && Number.isInteger(value) ? `not an integer: ${source}` : value;
  },
};

// The first tag that resolves a scalar wins.
const schema = new Schema([ambiguousTag, ...CORE_SCHEMA.withTags(intTag, floatTag).tags]);

/** An object as a cluster would be given it. */
export type ParsedObject = Record<string, unknown>;

/**
 * The objects in a stream of YAML 1.2 documents, in their order; empty documents are left out.
 *
 * Stricter than a parser needs to be: an integer written as a float (`1e+06`, `1.0`) or beyond 53 bits comes out as a
 * text that says so, equal to no number. (js-yaml, since it reads 2 MB in 0.06 s where `yaml` takes 0.5 s.)
 *
 * @throws on a duplicate key, on an unquoted scalar that YAML 1.1 and 1.2 read differently, on a document that is no
 *   mapping, and on what is no YAML
 */
export function parseObjects(yaml: string): ParsedObject[] {
  return loadAll(yaml, { schema })
    .filter((document) => document !== null && document !== undefined)
    .map((document) => {
      if (isObject(document)) return document;
      throw new Error(`a document is no object: ${JSON.stringify(document).slice(0, 200)}`);
    });
}

function isObject(value: unknown): value is ParsedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
