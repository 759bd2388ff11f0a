const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/tools/jest-transform.mjs' },
};
const OTHERS = ['/node_modules/', '<rootDir>/test/browser/', '<rootDir>/test/live/', '<rootDir>/test/hard/'];
/** Tests of programs as they run: the sidecar, the stand-in WebUI, the demo. */
const WITH_PROGRAMS = [
  '/test/end_to_end/[^/]+\\.test',
  '/test/service/cli/(collector|ending|import-locked|process|record|serve|small-heap)\\.test',
  '/test/service/memory/sources/command\\.test',
  '/test/tools/(bundle|watch|demo/interrupted)\\.test',
];
/**
 * Tests of what measures the product: whole benchmarks and recorded tables, the programs around a real card or WebUI;
 * and ten thousand inputs by chance.
 */
const OF_MEASURING = [
  '/test/(benchmarks|card-tests|hard-tests|live-tests)/.*\\.test',
  '/test/service/(model/unmeasured/recorded-tables|plan/whole-benchmarks)\\.test',
  '/test/service/(server/any-message|store/any-line)\\.test',
];

/** @type {import('jest').Config} */
export default {
  // Only against tests that hang: a busy machine may take 20 times as long as an idle one.
  testTimeout: 120_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [...OTHERS, ...WITH_PROGRAMS, ...OF_MEASURING],
    },
    {
      ...common,
      displayName: 'programs',
      testRegex: WITH_PROGRAMS.map((pattern) => `${pattern}\\.ts$`),
      testPathIgnorePatterns: OTHERS,
    },
    {
      ...common,
      displayName: 'measuring',
      testRegex: OF_MEASURING.map((pattern) => `${pattern}\\.ts$`),
      testPathIgnorePatterns: OTHERS,
    },
  ],
};
