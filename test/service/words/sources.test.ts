import { expect, test } from '@jest/globals';
import { remarkInWords } from '../../../service/words/index.ts';

test('a machine that can start no more programs is told which limit to raise', () => {
  expect(remarkInWords({ code: 'failed', reason: 'not-started' })).toContain('ulimit');
});

test('a card without figures is told as one that shares the memory, by the names of its kind', () => {
  expect(remarkInWords({ code: 'failed', reason: 'no-memory-figures' })).toContain('GB10, Orin, Thor');
});

test('of several cards it is told how many cannot be read', () => {
  expect(remarkInWords({ code: 'some-unread', unread: 1, cards: 2, reason: 'gpu-lost' })).toContain('1 of 2 cards');
});

test('where torch serves, the words say why, and what its figures lack', () => {
  const words = (reason: 'no-memory-figures' | null, listsPrograms: boolean) =>
    remarkInWords({ code: 'torch-serves', reason, listsPrograms });
  expect(words('no-memory-figures', true)).toMatch(/no memory figures.*once a second\.$/);
  expect(words(null, false)).toMatch(/no card that is known to be this one.*not which programs/);
});

test('a backend that nothing reads is named', () => {
  expect(remarkInWords({ code: 'no-source', backend: 'rocm' })).toContain('computes by rocm');
});
