import { describe, expect, test } from '@jest/globals';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { drawLadders, outputPixels } from '../card/draw.ts';
import { nearEdge } from '../card/edge.ts';
import type { Trial } from '../card/truth.ts';

const CARD = { cardMiB: 8192, idleMiB: 2500 };
const LADDERS = drawLadders(40, 3);

/** A card on which need is `needOf` exactly. */
const cardOf =
  (needOf: (settings: GenerationSettings) => number) =>
  (settings: GenerationSettings): Promise<Trial> => {
    const needMiB = needOf(settings);
    return Promise.resolve(
      needMiB <= CARD.cardMiB ? { outcome: 'ok', peakMiB: needMiB } : { outcome: 'oom', peakMiB: null },
    );
  };
const linear = (settings: GenerationSettings) =>
  CARD.idleMiB + (1500 * settings.batchSize * outputPixels(settings)) / 2 ** 20;
/** The size at which PyTorch has to do without something: on from there a lot more is needed. */
const leaping = (settings: GenerationSettings) =>
  linear(settings) < 6000 ? linear(settings) : linear(settings) + 2500;

describe('a setting near the edge of the card', () => {
  test('needs what the card has, give or take 7 %, where need goes with the pixels', async () => {
    for (const drawn of LADDERS) {
      const found = await nearEdge(drawn, CARD, cardOf(linear));
      // A rung's width more: sizes are steps.
      expect(Math.abs(linear(found?.settings as GenerationSettings) / CARD.cardMiB - 1)).toBeLessThanOrEqual(
        0.07 + 0.025,
      );
    }
  });

  test.each([
    ['goes with the pixels', linear],
    ['leaps', leaping],
  ])('lies on either side of it, over many, where need %s', async (_how, needOf) => {
    const found = await Promise.all(LADDERS.map((drawn) => nearEdge(drawn, CARD, cardOf(needOf))));
    const ran = found.filter((one) => one?.first.outcome === 'ok').length;
    expect(ran).toBeGreaterThan(LADDERS.length / 4);
    expect(ran).toBeLessThan((3 * LADDERS.length) / 4);
  });

  test.each([-60, -3, 0, 1, 12, 100])(
    'is the same with a guess that is %d rungs off, which spares tries',
    async (off) => {
      for (const drawn of LADDERS) {
        const edge = drawn.ladder.findIndex((rung) => linear(rung) > CARD.cardMiB);
        const guess = Math.max(0, Math.min(drawn.ladder.length, edge + off));
        let tries = 0;
        const onCard = (settings: GenerationSettings) => {
          tries += 1;
          return cardOf(linear)(settings);
        };
        const found = await nearEdge(drawn, CARD, onCard);
        const without = tries;
        tries = 0;
        expect(await nearEdge(drawn, CARD, onCard, guess)).toEqual(found);
        if (Math.abs(off) <= 1) expect(tries).toBeLessThan(without);
      }
    },
  );

  test('is not made up where every size runs, or none does', async () => {
    const [drawn] = LADDERS;
    if (drawn === undefined) throw new Error('no ladder');
    expect(
      await nearEdge(
        drawn,
        CARD,
        cardOf(() => 3000),
      ),
    ).toBeNull();
    expect(
      await nearEdge(
        drawn,
        CARD,
        cardOf(() => 9000),
      ),
    ).toBeNull();
  });
});
