/** A person's own generation that runs out of memory, as the shim tells of it. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import type { Notice } from '../../../service/protocol/notice.ts';
import { noticeInWords } from '../../../service/words/index.ts';
import { txt2img } from '../advice/hosts.ts';
import { rigForEach } from './each-rig.ts';
import { knownReport } from './fake-host.ts';
import type { Rig } from './rig.ts';

const WORDS =
  'CUDA out of memory. Tried to allocate 4.00 GiB (GPU 0; 8.00 GiB total capacity; 4.88 GiB already allocated; ' +
  '512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';
const TOO_MUCH = txt2img(2048, 2048, 4);

let rig: Rig;
rigForEach((own) => {
  rig = own;
});
beforeEach(async () => {
  await rig.clock.advance(1500);
  rig.host.socket.say({ type: 'environment', report: knownReport() });
  await rig.clock.advance(1500);
});

type RanOut = Extract<Notice, { code: 'ran-out' }>;

function told(): RanOut | null {
  const state = toViewerMessageSchema.parse(rig.viewer.last('state'));
  if (state.type !== 'state') throw new Error(state.type);
  const [one] = state.notices.flatMap(({ notice }) => (notice.code === 'ran-out' ? [notice] : []));
  return one ?? null;
}

async function generate(runId: string, settings: ReturnType<typeof txt2img>, words: string | null): Promise<void> {
  rig.host.generate(runId, settings);
  if (words !== null) rig.host.socket.say({ type: 'ran-out', runId, text: words });
  await rig.clock.advance(5000);
}

async function advised(): Promise<RanOut | null> {
  for (let waited = 0; waited < 400 && told()?.remedies.length === 0; waited += 1) await rig.clock.advance(10);
  return told();
}

describe('a generation that ran out of memory', () => {
  test('is explained by its own words, the settings and what is held, and by what helps (HOST-10)', async () => {
    await generate('r1', TOO_MUCH, WORDS);
    const notice = await advised();
    expect(notice).toMatchObject({
      settings: TOO_MUCH,
      explanation: {
        reading: { kind: 'cuda', triedMiB: 4096, freeMiB: 512 },
        cause: { code: expect.any(String) },
      },
      held: { webui: { weights: { unetMiB: expect.any(Number) } } },
    });
    expect(notice?.remedies.length).toBeGreaterThan(0);
    expect(notice?.remedies.every(({ verdict }) => verdict === 'fits')).toBe(true);
    const words = noticeInWords(notice as Notice);
    for (const part of [
      'The last generation ran out of memory.',
      'asked for 4.00 GiB',
      'Cause: ',
      'Held now: ',
      'What helps: ',
    ])
      expect(words).toContain(part);
  });

  test('is told no more once another one has run', async () => {
    await generate('r1', TOO_MUCH, WORDS);
    expect(told()).not.toBeNull();
    await generate('r2', txt2img(512, 512, 1), null);
    expect(told()).toBeNull();
  });

  test('is told no more once the WebUI is gone', async () => {
    await generate('r1', TOO_MUCH, WORDS);
    rig.host.socket.close(1000);
    await rig.clock.advance(500);
    expect(told()).toBeNull();
  });
});

test.each([
  ['words that say nothing of memory', TOO_MUCH, 'a secret wish'],
  ['no words at all', TOO_MUCH, null],
  ['a generation that succeeded all the same', txt2img(512, 512, 1), WORDS],
])('%s are no reason to tell anything', async (_name, settings, words) => {
  await generate('r1', settings, words);
  expect(told()).toBeNull();
});

test('words of another run are not taken for those of this one', async () => {
  rig.host.generate('r1', TOO_MUCH);
  rig.host.socket.say({ type: 'ran-out', runId: 'r0', text: WORDS });
  await rig.clock.advance(5000);
  expect(told()).toBeNull();
});
