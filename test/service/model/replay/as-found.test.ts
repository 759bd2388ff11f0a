import { describe, expect, test } from '@jest/globals';
import { fit } from '../../../../service/model/fit.ts';
import { asFound } from '../../../../service/model/replay/as-found.ts';
import type { Fit } from '../../../../service/model/types.ts';
import { movedRuns, movedTraits } from '../moved-weights.ts';

function fitted(mode: 'medvram' | 'lowvram'): Fit {
  const result = fit(movedRuns(mode, 'sdp'), movedTraits(mode, 'sdp'));
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const findsUnet = (found: Fit): boolean => found.replay?.networks.findsUnet === true;

describe('where networks are moved on and off the card', () => {
  test('so much held as the denoising network weighs is that network', () => {
    expect(findsUnet(asFound(fitted('medvram'), 1661.3))).toBe(true);
  });

  test.each([
    ['nothing is held', 9],
    ['the autoencoder is held, which changes nothing', 170],
    ['it is not known what is', null],
  ])('the fit is as usual where %s', (_, heldMiB) => {
    expect(findsUnet(asFound(fitted('medvram'), heldMiB))).toBe(false);
  });

  test('what ran without it in the way says no more what is enough', () => {
    const usual = fitted('medvram');
    expect(usual.known.successes.length).toBeGreaterThan(0);
    const found = asFound(usual, 1661.3);
    expect(found.known).toEqual({ failures: usual.known.failures, successes: [] });
  });

  test('the same networks are made once, for what is worked out of them is remembered by the object', () => {
    const usual = fitted('medvram');
    expect(asFound(usual, 1661.3).replay?.networks).toBe(asFound(usual, 1700).replay?.networks);
  });
});

test('with --lowvram, and where all networks stay on the card, nothing is found', () => {
  const blocks = fitted('lowvram');
  expect(asFound(blocks, 5000)).toBe(blocks);
});
