import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isKnownField } from '../../../../../service/memory/sources/nvidia-smi/known-fields.ts';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/nvidia-smi');
const HELP_TEXTS = readdirSync(FIXTURES).filter((name) => /^help-query-.*\.txt$/.test(name));

test.each(HELP_TEXTS)('every field that %s names is known', (name) => {
  const text = readFileSync(join(FIXTURES, name), 'utf8');
  const fields = [...text.matchAll(/^"([^"\s]+)"(?: or "([^"\s]+)")?$/gm)].flatMap(([, ...names]) =>
    names.filter((field) => field !== undefined),
  );
  expect(fields.length).toBeGreaterThan(0);
  expect(fields.filter((field) => !isKnownField(field))).toEqual([]);
});

test.each(['host', 'node', 'load', 'gpu.power.limit', 'module_id', 'device_id', 'Memory.used'])(
  '%s is none of nvidia-smi',
  (name) => {
    expect(isKnownField(name)).toBe(false);
  },
);
