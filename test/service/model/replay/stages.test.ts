import { describe, expect, test } from '@jest/globals';
import { replayedParts, stagesOf } from '../../../../service/model/replay/stages.ts';
import type { Networks } from '../../../../service/networks/networks.ts';
import { RELEASE, SLICE, type Program } from '../../../../service/program/program.ts';
import type { GenerationSettings } from '../../../../service/protocol/settings.ts';
import { SD15 } from '../../networks/examples.ts';
import { settingsOf } from '../synthetic-host.ts';

const kernels = { tracksOrder: true, sdpa: 'efficient', workspace: 'none', workspaceInFloat: 'none' } as const;
const ORDINARY: Networks = { ...SD15, kernels };
const INPAINTING: Networks = { ...ORDINARY, conditioning: 'inpainting' };

/** Releases of what no part before has allocated, or has released already. */
function strayReleases(networks: Networks, settings: GenerationSettings): number {
  let strays = 0;
  for (const stages of stagesOf(settings, networks)) {
    const live = new Map<Program, Set<number>>();
    for (const { program, from, to } of replayedParts(networks, stages, 2)) {
      const own = live.get(program) ?? new Set<number>();
      live.set(program, own);
      for (let i = from; i < to; i += 1) {
        const slot = program.slots[i] as number;
        if (program.sizes[i] === RELEASE) strays += own.delete(slot) ? 0 : 1;
        else if (program.sizes[i] !== SLICE) own.add(slot);
      }
    }
  }
  return strays;
}

describe('replayed parts', () => {
  const all = [ORDINARY, INPAINTING].flatMap((networks) =>
    (['txt2img', 'img2img', 'hires_image'] as const).flatMap((operation) =>
      [1, 2, 3].map((batch) => ({
        conditioning: networks.conditioning ?? 'prompt',
        operation,
        batch,
        networks,
      })),
    ),
  );

  test.each(all)('release what lives ($conditioning, $operation, batch $batch)', ({ networks, operation, batch }) => {
    expect(strayReleases(networks, settingsOf(operation, 512, 512, batch))).toBe(0);
  });
});

test('the networks say whether masked pictures are encoded', () => {
  const networksOf = (networks: Networks): string[] =>
    stagesOf(settingsOf('txt2img', 512, 512, 1), networks)
      .flat()
      .map(({ network }) => network);
  expect(networksOf(ORDINARY)).toEqual(['sampling', 'decode']);
  expect(networksOf(INPAINTING)).toEqual(['encode_blank', 'sampling', 'decode']);
});
