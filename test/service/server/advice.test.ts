import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AdviceResult } from '../../../service/protocol/advice.ts';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { txt2img } from '../advice/hosts.ts';
import { knownReport } from './fake-host.ts';
import type { FakeSocket } from './fake-socket.ts';
import { rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';

let rig: Rig;
rigForEach((own) => {
  rig = own;
});
beforeEach(async () => {
  await rig.clock.advance(1500);
  rig.host.socket.say({ type: 'environment', report: knownReport() });
  await rig.clock.advance(1500);
});

const TOO_MUCH = txt2img(2048, 2048, 4);

async function answered(requestId: number, socket: FakeSocket = rig.viewer): Promise<AdviceResult> {
  for (let waited = 0; waited < 400; waited += 1) {
    const told = socket.all('advice').find((one) => one['requestId'] === requestId);
    if (told !== undefined) {
      const read = toViewerMessageSchema.parse(told);
      if (read.type === 'advice') return read.result;
    }
    await rig.clock.advance(10);
  }
  throw new Error(`${requestId} was not answered`);
}

describe('a page that asks for advice', () => {
  test('is told what helps the settings that its estimate says will not fit', async () => {
    rig.viewer.say({ type: 'estimate', requestId: 1, tab: 'txt2img', settings: TOO_MUCH });
    rig.viewer.say({ type: 'advice', requestId: 2, about: 'remedies', settings: TOO_MUCH });
    const result = await answered(2);
    expect(rig.viewer.last('estimate')).toMatchObject({ result: { status: 'estimated', verdict: 'will-not-fit' } });
    if (result.about !== 'remedies') throw new Error(result.about);
    expect(result.verdict).toBe('will-not-fit');
    expect(result.remedies.length).toBeGreaterThan(0);
    expect(result.remedies.every(({ verdict }) => verdict === 'fits')).toBe(true);
  });

  test('is told the same "largest" by both', async () => {
    rig.viewer.say({ type: 'estimate', requestId: 1, tab: 'txt2img', settings: TOO_MUCH });
    rig.viewer.say({ type: 'advice', requestId: 2, about: 'largest', settings: TOO_MUCH });
    const result = await answered(2);
    if (result.about !== 'largest' || result.size === null) throw new Error(result.about);
    const { width, height } = result.size;
    expect(rig.viewer.last('estimate')).toMatchObject({ result: { largest: { width, height, hires: null } } });
  });

  test('is told each set of flags', async () => {
    rig.viewer.say({ type: 'advice', requestId: 3, about: 'flags', settings: txt2img(512, 512, 1) });
    const result = await answered(3);
    if (result.about !== 'flags') throw new Error(result.about);
    expect(result.rows).toHaveLength(42);
  });

  test('is told why there is none where there is no estimate', async () => {
    rig.viewer.say({ type: 'advice', requestId: 4, about: 'remedies', settings: { ...TOO_MUCH, batchSize: 0 } });
    expect(await answered(4)).toEqual({
      about: 'nothing',
      why: { code: 'settings', problem: { code: 'no-batch' } },
    });
    rig.host.socket.say({ type: 'environment', report: knownReport(null) });
    await rig.clock.advance(100);
    rig.viewer.say({ type: 'advice', requestId: 5, about: 'remedies', settings: TOO_MUCH });
    expect(await answered(5)).toMatchObject({ about: 'nothing', why: { code: 'finding' } });
  });

  test('and asks again before it is answered gets the newest of each kind alone, and others get theirs', async () => {
    const other = rig.connectViewer();
    const settings = txt2img(512, 512, 1);
    for (const requestId of [10, 11, 12]) {
      rig.viewer.say({ type: 'advice', requestId, about: 'remedies', settings });
      other.say({ type: 'advice', requestId: requestId + 10, about: 'remedies', settings });
    }
    await answered(12);
    await answered(22, other);
    const ids = (socket: FakeSocket) => socket.all('advice').map((one) => one['requestId']);
    // The first was begun at once.
    expect(ids(rig.viewer)).toEqual([10, 12]);
    expect(ids(other)).toEqual([22]);
  });
});
