/** What tells one family of checkpoints from another stands in its own file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FAMILIES, FAMILY_NAMES } from '../../../service/networks/families/registry.ts';
import { samplingNetworks, surroundingsWith } from '../../../service/networks/candidates.ts';
import { unetTensors } from '../../../service/networks/weights.ts';

const ROOT = join(import.meta.dirname, '../../..');

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

describe('families of checkpoints', () => {
  test('are named in no file of the product but their own and the registry', () => {
    const named = new RegExp(`['"\`](${FAMILY_NAMES.join('|')})['"\`]`);
    const naming = [...filesOf('service'), ...filesOf('frontend-js')].filter((file) =>
      named.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(naming).toEqual([]);
  });

  test('are told apart by flags of their own', () => {
    const flags = FAMILY_NAMES.map((name) => FAMILIES[name].webui.flag);
    expect(new Set(flags).size).toBe(flags.length);
  });

  test('are told apart by their weights', () => {
    const weights = FAMILY_NAMES.map((name) => JSON.stringify(unetTensors(FAMILIES[name].unet)));
    expect(new Set(weights).size).toBe(weights.length);
  });

  test('that differ in order alone are looked for only where orders are known', () => {
    const traced = surroundingsWith('slices', 'all').filter(({ kernels }) => !kernels.tracksOrder);
    expect(traced).toHaveLength(1);
    const found = new Set(traced.flatMap((one) => samplingNetworks(one).map(({ shape }) => shape)));
    expect([...found]).toEqual(FAMILY_NAMES.filter((name) => !FAMILIES[name].needsOrder));
  });
});
