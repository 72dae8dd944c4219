// `node -r ./tools/typescript.cjs FILE.ts`: runs TypeScript as it stands, compiled in memory.
const { transformFileSync } = require('@swc/core');
const Module = require('node:module');

const options = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
  swcrc: false,
};
process.setSourceMapsEnabled(true);
Module._extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
