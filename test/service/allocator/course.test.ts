import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Course } from '../../../service/allocator/course.ts';
import { Outcomes } from '../../../service/allocator/outcomes.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import { replayedParts, stagesOf } from '../../../service/model/replay/stages.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { SD15 } from '../networks/examples.ts';

const NETWORKS: readonly Networks[] = [
  SD15,
  { ...SD15, shape: 'sdxl', encode: 'half' },
  { ...SD15, scores: 'slices' },
  { ...SD15, evaluated: 1, scores: 'whole' },
];

const multiples = (of: number, min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min / of, max: max / of }).map((n) => n * of);

/** Stages that keep the cache between them, of some generation. */
const COURSES = fc
  .record({
    networks: fc.constantFrom(...NETWORKS),
    operation: fc.constantFrom('txt2img', 'img2img', 'hires_image'),
    width: multiples(8, 256, 768),
    height: multiples(8, 256, 768),
    batchSize: fc.integer({ min: 1, max: 4 }),
    encoded: fc.constantFrom(1, 2),
    roomMiB: fc.constantFrom(null, 3000),
    group: fc.nat(),
  })
  .map(({ networks, operation, width, height, batchSize, encoded, roomMiB, group }) => {
    const groups = stagesOf(settingsOf(operation, width, height, batchSize));
    return () => new Course(() => replayedParts(networks, groups[group % groups.length] ?? [], encoded), roomMiB);
  });
const TRIES = fc.array(fc.record({ share: fc.double({ min: 0.1, max: 1.1, noNaN: true }), repeating: fc.boolean() }), {
  minLength: 2,
  maxLength: 8,
});

describe('a course', () => {
  test('goes under each limit as one that was under no other before', () => {
    fc.assert(
      fc.property(COURSES, TRIES, (made, tries) => {
        const course = made();
        const mostMiB = Math.min(30_000, made().under(30_000, true).peakMiB);
        for (const { share, repeating } of tries)
          expect(course.under(share * mostMiB, repeating)).toEqual(made().under(share * mostMiB, repeating));
      }),
      { numRuns: 100 },
    );
  });

  test('ends in the same way under all limits that a run says', () => {
    fc.assert(
      fc.property(
        COURSES,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (made, share, between) => {
          const limitMiB = share * made().under(30_000, true).peakMiB;
          const outcome = made().under(limitMiB, true);
          const { fromMiB, upToMiB } = outcome;
          const otherMiB = fromMiB + between * (Math.min(upToMiB, 40_000) - fromMiB);
          expect(made().under(otherMiB, true)).toEqual(outcome);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('replays nothing again where it is known how it goes, whatever the limit in that range', () => {
    const [stages = []] = stagesOf(settingsOf('txt2img', 512, 512, 2));
    let begun = 0;
    const outcomes = new Outcomes();
    const made = () =>
      new Course(
        () => {
          begun += 1;
          return replayedParts({ ...SD15, scores: 'slices' }, stages, 1);
        },
        null,
        outcomes,
      );
    const first = made().under(3000, true);
    expect(begun).toBe(1);
    for (const limitMiB of [first.fromMiB, 3000, (first.fromMiB + Math.min(first.upToMiB, 4000)) / 2])
      expect(made().under(limitMiB, true)).toBe(first);
    expect(begun).toBe(1);
    expect(made().under(first.fromMiB - 1, true)).not.toBe(first);
    expect(begun).toBe(2);
  });

  test('without score matrices does all once more in what it reserved the first time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NETWORKS.slice(0, 2)),
        multiples(8, 256, 1536),
        multiples(8, 256, 1536),
        fc.integer({ min: 1, max: 8 }),
        (networks, width, height, batchSize) => {
          for (const stages of stagesOf(settingsOf('hires_image', width, height, batchSize))) {
            const course = new Course(() => replayedParts(networks, stages, 2), null);
            expect(course.under(course.under(Infinity, false).peakMiB, true).failed).toBeNull();
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
