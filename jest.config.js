/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // All cores: much of the time goes to Helm and Python.
  maxWorkers: '100%',
  // No test judges how long something takes: machines are shared, and a busy one is not a broken one.
  testTimeout: 120_000,
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/build/', '/.cache/'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.cache/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
};
