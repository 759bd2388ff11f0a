// The data flows one way: a stage may import from those before it, never from those after it.
const STAGES = [
  'base',
  'operations',
  'protocol',
  'program',
  'allocator',
  'networks',
  'hosts',
  'memory',
  'leaks',
  'recorder',
  'store',
  'model',
  'plan',
  'estimate',
  'advice',
  'calibration',
  'benchmark',
  'recording',
  'compare',
  'explain',
  'words',
  'server',
  'cli',
];

const backwards = STAGES.slice(0, -1).map((stage, index) => ({
  name: `no-import-backwards-into-${stage}`,
  comment: `service/${stage} must not know the stages that come after it`,
  severity: 'error',
  from: { path: `^service/${stage}/` },
  to: { path: `^service/(${STAGES.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...backwards,
    {
      name: 'networks-know-no-allocator',
      comment: 'a program is all that goes from the one to the other',
      severity: 'error',
      from: { path: '^service/networks/' },
      to: { path: '^service/allocator/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'page-knows-only-types-of-the-protocol',
      severity: 'error',
      from: { path: '^frontend-js/' },
      comment: 'but for the sentences, and the arithmetic of hires fix, which page and sidecar share',
      to: { path: '^service/(?!base/|words/|protocol/hires-target)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'page-imports-nothing-else-of-the-service',
      severity: 'error',
      from: { path: '^frontend-js/' },
      to: { path: '^service/(?!(base|protocol|words)/)' },
    },
    {
      name: 'words-that-the-page-has-too-bring-nothing-along',
      severity: 'error',
      from: { path: '^service/words/' },
      to: { pathNot: '^service/words/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-place-chooses-the-language',
      severity: 'error',
      from: { pathNot: '^service/words/|^test/' },
      to: { path: '^service/words/.+/' },
    },
    {
      name: 'product-never-imports-tests',
      severity: 'error',
      from: { path: '^(service|frontend-js)/' },
      to: { path: '^(test|benchmarks|tools)/' },
    },
    {
      name: 'pure-stages-touch-no-system',
      comment: 'fit, plan and estimate are functions of their arguments',
      severity: 'error',
      from: {
        path: '^service/(base|protocol|words|hosts|operations|program|allocator|networks|model|plan|estimate|leaks|advice|compare|explain)/',
      },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'] },
  },
};
