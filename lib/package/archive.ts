import { gzipSync } from 'fflate';

/** The files of a chart by path: text, or the package of a subchart. */
export type ChartFiles = ReadonlyMap<string, string | Uint8Array>;

const block = 512;

/** The compressor looks back 32 KiB: a larger file would push what is alike out of its sight. */
const LARGE = 20 * 1024;
const encoder = new TextEncoder();

/** 1980-01-01T00:00:00Z in seconds: the earliest time every archive format can hold, and no reason to warn of. */
const modified = 315532800;

/**
 * Packs a chart as `helm package` does, but reproducibly: equal files give equal bytes, on every machine and every
 * version of Node. Times, modes and owners are fixed, and so is the order of the files; the compressor is a library
 * pinned by package.json, not the zlib of the running Node.
 *
 * What repeats itself stands together, for the compressor: behind `Chart.yaml` what is not in a folder (the README and
 * the values have the same help), then templates, then large files (the schema, programs); each by path.
 *
 * @param name the chart's name, which is the folder in the package
 * @param files by path inside the chart, `templates/api.yaml`; an umbrella's subcharts are packages below `charts/`
 * @returns the bytes of `<name>-<version>.tgz`
 * @throws when a path is not relative and plain (printable ASCII, `/` between parts, no empty part, `.` or `..`), is
 *   longer than a tar header can say (255, at most 100 of it in the last part), when a file is also a folder, and
 *   when a text holds half a surrogate pair, which no file can
 */
export function packChart(name: string, files: ChartFiles): Uint8Array {
  checkPaths(name, files);
  const paths = [...files.keys()].sort(inOrder(files));
  const entries = (packed: boolean): Uint8Array[] =>
    paths
      .filter((path) => isPacked(files, path) === packed)
      .flatMap((path) => entry(`${name}/${path}`, files.get(path) ?? ''));
  const [texts, packages, end] = [entries(false), entries(true), new Uint8Array(2 * block)];
  if (packages.length === 0) return gzip([...texts, end], 6);
  // What is packed already gets no smaller. A gzip file may be several in a row (RFC 1952, 2.2).
  return concatenate([gzip(texts, 6), gzip([...packages, end], 0)]);
}

// `mem` too: by default fflate derives it from the size with Math.log, which engines may round differently.
const gzip = (parts: readonly Uint8Array[], level: 0 | 6): Uint8Array =>
  gzipSync(concatenate(parts), { level, mem: 4, mtime: 0 });

const isPacked = (files: ChartFiles, path: string): boolean => typeof files.get(path) !== 'string';

/** One file: its header, its content, and zeros up to the next block. */
function entry(path: string, file: string | Uint8Array): Uint8Array[] {
  const content = typeof file === 'string' ? encoded(path, file) : file;
  return [header(path, content.length), content, new Uint8Array((block - (content.length % block)) % block)];
}

function encoded(path: string, text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw new Error(`${path}: holds half a surrogate pair, which is no text`);
  return encoder.encode(text);
}

/** A header in POSIX ustar format, https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html. */
function header(path: string, size: number): Uint8Array {
  const bytes = new Uint8Array(block);
  const text = (offset: number, value: string) => bytes.set(encoder.encode(value), offset);
  const octal = (offset: number, digits: number, value: number) =>
    text(offset, value.toString(8).padStart(digits, '0'));
  const { prefix, rest } = split(path);
  text(0, rest);
  octal(100, 7, 0o644);
  octal(108, 7, 0); // user
  octal(116, 7, 0); // group
  octal(124, 11, size);
  octal(136, 11, modified);
  text(148, ' '.repeat(8)); // the checksum counts itself as spaces
  text(156, '0'); // a regular file
  text(257, 'ustar\0' + '00');
  octal(329, 7, 0); // device
  octal(337, 7, 0);
  text(345, prefix);
  octal(
    148,
    6,
    bytes.reduce((sum, byte) => sum + byte, 0),
  );
  bytes[154] = 0;
  return bytes;
}

/** Splits a long path at a `/`: a tar header has 155 bytes for the front and 100 for the rest. */
function split(path: string): { prefix: string; rest: string } {
  if (path.length <= 100) return { prefix: '', rest: path };
  const slash = path.indexOf('/', path.length - 101);
  if (slash < 1 || slash > 155 || slash === path.length - 1) {
    throw new Error(
      `${path}: a path in a chart package is at most 255 characters, 100 in its last part; this one is ${path.length}`,
    );
  }
  return { prefix: path.slice(0, slash), rest: path.slice(slash + 1) };
}

function checkPaths(name: string, files: ChartFiles): void {
  if (!isPlain(name) || name.includes('/')) throw new Error(`'${name}' is not the name of a chart`);
  if (!files.has('Chart.yaml'))
    throw new Error(`${name}: a chart has a Chart.yaml; found ${[...files.keys()].join(', ')}`);
  for (const path of files.keys()) {
    if (!isPlain(path))
      throw new Error(`${name}: '${path}' is not a plain relative path (ASCII, no '.', '..' or '\\')`);
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      const folder = path.slice(0, slash);
      if (files.has(folder)) throw new Error(`${name}: '${folder}' is a file, and a folder of '${path}'`);
    }
  }
}

function isPlain(path: string): boolean {
  return /^[\x20-\x7e]+$/.test(path) && !path.includes('\\') && !path.split('/').some((part) => /^\.{0,2}$/.test(part));
}

function inOrder(files: ChartFiles): (a: string, b: string) => number {
  const group = (path: string): number => {
    if (path === 'Chart.yaml') return 0;
    if ((files.get(path)?.length ?? 0) >= LARGE) return 3;
    return path.includes('/') ? 2 : 1;
  };
  return (a, b) => group(a) - group(b) || (a < b ? -1 : 1);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
