import { expect, test } from '@jest/globals';
import { partWithError } from '../../../frontend-js/tab/part-with-error.ts';
import { MAX_ERROR_TEXT } from '../../../service/protocol/limits.ts';

const ERROR = 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.';
const LINES = 'Loading weights\n'.repeat(200_000);

test('a short text is sent as it is', () => {
  expect(partWithError(ERROR)).toBe(ERROR);
});

test('of a long log the part with its last error is sent, wherever that stands', () => {
  for (const text of [ERROR + LINES, LINES + ERROR + LINES, LINES + ERROR]) {
    const sent = partWithError(text);
    expect([sent.length, sent.includes(ERROR)]).toEqual([MAX_ERROR_TEXT, true]);
  }
});

test('that the allocator is named later on hides no error', () => {
  expect(partWithError(`${ERROR}\n${LINES}PYTORCH_CUDA_ALLOC_CONF is set\n`)).toContain(ERROR);
});

test('of a long log without an error the end is sent', () => {
  expect(partWithError(`${LINES}the end`)).toMatch(/the end$/);
});

test('of a long log what tells of the start is sent before the part with the error', () => {
  const start =
    'Launching Web UI with arguments: --medvram\nCreating model from config: /sd/configs/v1-inference.yaml\n';
  const sent = partWithError(`${start}${'100%|####| 20/20\n'.repeat(20_000)}${ERROR}`);
  expect(sent.startsWith(start)).toBe(true);
  expect([sent.length, sent.endsWith(ERROR)]).toEqual([MAX_ERROR_TEXT, true]);
});
