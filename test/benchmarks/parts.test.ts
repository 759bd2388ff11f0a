import { expect, test } from '@jest/globals';
import { summarise, type Row } from '../../benchmarks/figures.ts';
import { runParts, type Part } from '../../benchmarks/parts.ts';
import { positionsThatChange } from '../../benchmarks/positions.ts';

const row = (what: string): Row => ({ what, unit: 'ms', figures: summarise([1]), goal: 33, judged: 'median' });
const NEVER: Part = () => new Promise(() => undefined);
const whatOf = (rows: readonly Row[]) => rows.map(({ what }) => what);

test('a part that throws, and one that never ends, lose their own rows and no others', async () => {
  const told: string[] = [];
  const parts = new Map<string, Part>([
    ['first', () => [row('a')]],
    ['throws', () => Promise.reject(new Error('no Chromium'))],
    [
      'throws-at-once',
      () => {
        throw new Error('no card');
      },
    ],
    ['hangs', NEVER],
    ['last', () => Promise.resolve([row('b'), row('c')])],
  ]);
  const { rows, failed } = await runParts(parts, 50, (name, measured) => void (measured !== null && told.push(name)));
  expect(whatOf(rows)).toEqual(['a', 'b', 'c']);
  expect(told).toEqual(['first', 'last']);
  expect(failed).toEqual([
    { name: 'throws', why: 'no Chromium' },
    { name: 'throws-at-once', why: 'no card' },
    { name: 'hangs', why: 'it did not end within 0.05 s' },
  ]);
});

test('a slider is dragged to where other figures are shown, beginning with the first change', () => {
  const shown = new Map([
    [512, '3.0 GiB'],
    [576, '3.0 GiB'],
    [640, '3.2 GiB'],
    [704, '3.2 GiB'],
    [768, '3.9 GiB'],
  ]);
  for (const start of [...shown.keys(), 2048]) {
    const positions = positionsThatChange(shown, start, 50) ?? [];
    expect(positions).toHaveLength(50);
    for (const [at, px] of positions.entries()) expect(shown.get(px)).not.toBe(shown.get(positions[at - 1] ?? start));
    expect(new Set(positions).size).toBeGreaterThan(2);
  }
});

test('there is no drag where all positions show the same', () => {
  expect(
    positionsThatChange(
      new Map([
        [512, 'the same'],
        [576, 'the same'],
      ]),
      512,
      3,
    ),
  ).toBeNull();
});
