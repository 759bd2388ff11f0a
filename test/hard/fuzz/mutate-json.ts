/**
 * Spoils a message or a line of an export: values of other kinds and sizes, names gone or added, then at times its
 * text.
 */
import type { Random } from '../random.ts';
import { mutateText } from './mutate-text.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 31,
  1e-320,
  '',
  'x',
  'x'.repeat(5000),
  '\uD800',
  '\u0000',
  '512',
  'NaN',
  '__proto__',
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  [1, 2, 3],
  { toString: 1 },
  { length: 1e9 },
  { then: 1 },
];
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'type',
  'kind',
  'run',
  'width',
  '',
  ' ',
  'x'.repeat(500),
];

export function mutateJson(json: string, others: readonly string[], random: Random): string {
  let value = JSON.parse(json) as Json;
  for (let times = 1 + random.below(3); times > 0; times -= 1) value = mutateValue(value, random);
  const text = JSON.stringify(value);
  return random.unit() < 0.2 ? mutateText(text, others, random) : text;
}

function mutateValue(value: Json, random: Random): Json {
  if (typeof value !== 'object' || value === null || random.unit() < 0.05)
    return typeof value === 'number' && random.unit() < 0.5 ? nearby(value, random) : random.pick(VALUES);
  const names = Object.keys(value);
  if (Array.isArray(value)) {
    if (names.length === 0 || random.unit() < 0.2)
      return [...value, ...Array<Json>(random.below(200)).fill(value[0] ?? null)];
    const at = random.below(value.length);
    return value.map((item, index) => (index === at ? mutateValue(item, random) : item));
  }
  const name = random.unit() < 0.1 || names.length === 0 ? random.pick(NAMES) : random.pick(names);
  if (random.unit() < 0.1) return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  // Not by assignment, which would set the prototype.
  return Object.fromEntries([
    ...Object.entries(value).filter(([other]) => other !== name),
    [name, mutateValue(value[name] ?? null, random)],
  ]);
}

function nearby(value: number, random: Random): number {
  return random.pick([value + 1, value - 1, -value, value * 2, value / 3, value * 1e6, Math.round(value) + 0.5]);
}
