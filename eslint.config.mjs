import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'docs/guide/',
      'node_modules/',
      '.venv/',
      '.cache/',
      'dist/',
      'javascript/',
      'test/stand_in/page/',
      'test/stand_in_tests/',
      '**/*.cjs',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' }],
    },
  },
  // What a tool loads by itself must be a default export.
  { files: ['*.mjs', 'tools/jest-transform.mjs'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['service/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'It may never return: close what is open, and use endWith.' },
      ],
    },
  },
  {
    // A longer function does two jobs. An exception says why beside it.
    files: ['service/**/*.ts', 'frontend-js/**/*.ts', 'tools/**/*.{ts,mjs}'],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    // jest's matchers and supertest bodies are loosely typed by nature.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      // node:test collects what these return by itself.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['describe', 'test'] }] },
      ],
    },
  },
);
