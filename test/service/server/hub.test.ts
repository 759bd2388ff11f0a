import { describe, expect, test } from '@jest/globals';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import { rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';

const OPTIONS: BenchmarkOptions = { maxSizePx: 1024, maxBatchSize: 4, operations: ['txt2img'], budget: 'quick' };
const SETTINGS = { operation: 'txt2img', width: 768, height: 768, batchSize: 1, hires: null };

let rig: Rig;
rigForEach((own) => {
  rig = own;
});

async function ask(settings: object): Promise<Record<string, unknown>> {
  rig.viewer.say({ type: 'estimate', requestId: 1, tab: 'txt2img', settings });
  await rig.clock.advance(0);
  return rig.viewer.last('estimate')?.['result'] as Record<string, unknown>;
}

describe('a page', () => {
  test('gets the state on its hello', () => {
    expect(rig.viewer.sent[0]?.type).toBe('state');
  });

  test('gets a new state when the WebUI says what it computes on', async () => {
    await rig.clock.advance(100);
    expect(rig.viewer.last('state')?.['keyHash']).toMatch(/^[0-9a-f]{16}$/);
  });

  test('gets memory as it is read, at most five times a second', async () => {
    await rig.clock.advance(100);
    rig.viewer.say({ type: 'benchmark-start', options: OPTIONS });
    rig.viewer.sent.length = 0;
    await rig.clock.advance(2000);
    expect(rig.viewer.all('memory').length).toBeGreaterThan(5);
    expect(rig.viewer.all('memory').length).toBeLessThanOrEqual(10);
  });

  test('is told why nothing is known before anything was run', async () => {
    await rig.clock.advance(1500);
    expect(await ask(SETTINGS)).toMatchObject({
      status: 'not-calibrated',
      why: { code: 'finding', finding: { code: 'not-replayed', why: 'unknown-precision' } },
    });
  });

  test.each([
    [{ ...SETTINGS, width: 0 }, 'size-too-small'],
    [{ ...SETTINGS, batchSize: 0 }, 'no-batch'],
    [{ ...SETTINGS, height: 999_999 }, 'size-too-large'],
    [{ ...SETTINGS, operation: 'hires_latent' }, 'no-hires-target'],
  ])('that asks about %j is told what is wrong: %s', async (settings, code) => {
    expect(await ask(settings)).toMatchObject({ status: 'bad-settings', why: { code: 'settings', problem: { code } } });
  });

  test('that has not said hello gets an error, and no state', async () => {
    const stranger = rig.connectViewer(false);
    stranger.say({ type: 'runs', requestId: 1 });
    await rig.clock.advance(2000);
    expect(stranger.sent.map(({ type }) => type)).toEqual(['error']);
  });

  test('that speaks another version is told to reload', () => {
    const old = rig.connectViewer(false);
    old.say({ type: 'hello', protocol: 99 });
    expect(old.sent).toMatchObject([{ type: 'error', message: expect.stringContaining('reload the page') }]);
  });
});
