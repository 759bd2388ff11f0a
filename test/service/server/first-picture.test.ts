/** A process that has not generated yet: its context grows with its first picture. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import type { EstimateResult } from '../../../service/protocol/estimate.ts';
import { createWorld } from '../cli/world.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { ENVIRONMENT, knownReport } from './fake-host.ts';
import { createRig, temporaryDir, type Rig } from './rig.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { calibratingRuns } from '../recorder/examples.ts';
import { openStore } from '../../../service/store/store.ts';

const LOADS_MIB = 144;
const SETTINGS = [512, 640, 768, 1024].map((px) => settingsOf('txt2img', px, px, 2));
type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

let dir: ReturnType<typeof temporaryDir>;
let rig: Rig;

beforeEach(async () => {
  dir = temporaryDir();
  const store = openStore(dir.path, 0);
  for (const run of calibratingRuns(keyHashOf(ENVIRONMENT))) store.saveRun(run);
  store.close();
  rig = createRig(dir.path);
  await restart();
});
afterEach(async () => {
  await rig.end();
  dir.remove();
});

/** Another process of the WebUI's. */
async function restart() {
  const host = rig.connectHost((one) => {
    one.hasGenerated = false;
    one.contextMiB = 254;
    one.loadsMiB = LOADS_MIB;
  });
  await rig.clock.advance(2500);
  return host;
}

function estimated(settings: (typeof SETTINGS)[number]): Estimated {
  rig.viewer.say({ type: 'estimate', requestId: 1, tab: 'txt2img', settings });
  const { result } = rig.viewer.last('estimate') as unknown as { result: EstimateResult };
  if (result.status !== 'estimated') throw new Error(result.status);
  return result;
}

async function generate(host: Awaited<ReturnType<typeof restart>>, runId: string): Promise<void> {
  host.generate(runId, settingsOf('txt2img', 512, 512, 1));
  await rig.clock.advance(5000);
}

const toldOf = ({ notes }: Estimated) => notes.find(({ code }) => code === 'first-picture');

describe('what is required before the first picture of a process', () => {
  test('holds what will be required after it, by what is published and then by what this set-up loads', async () => {
    for (const processes of [0, 1, 2]) {
      const host = await restart();
      const before = SETTINGS.map(estimated);
      expect(before.map(toldOf)).toMatchObject(SETTINGS.map(() => ({ processes })));
      await generate(host, `first-${processes}`);
      const after = SETTINGS.map(estimated);
      expect(after.map(toldOf)).toEqual(SETTINGS.map(() => undefined));
      for (const [n, { required }] of after.entries()) {
        expect(required.valueMiB).toBeGreaterThanOrEqual(before[n]?.required.lowMiB ?? NaN);
        expect(required.valueMiB).toBeLessThanOrEqual(before[n]?.required.highMiB ?? NaN);
      }
    }
  });

  test('is told anew to a page that asked before it, also where nothing was loaded (VIEW-4)', async () => {
    const host = await restart();
    host.loadsMiB = 0;
    expect(toldOf(estimated(SETTINGS[0] as (typeof SETTINGS)[number]))).toBeDefined();
    await generate(host, 'first');
    const { result } = rig.viewer.last('estimate') as unknown as { result: Estimated };
    expect(toldOf(result)).toBeUndefined();
  });

  test('is as always where the WebUI had generated before the sidecar knew of it (HOST-2)', async () => {
    rig.connectHost();
    await rig.clock.advance(2500);
    expect(toldOf(estimated(SETTINGS[0] as (typeof SETTINGS)[number]))).toBeUndefined();
  });
});

test('the command line counts it where all that was read of a set-up is of before its first picture', async () => {
  const notesOf = async (...more: string[]): Promise<string> => {
    const world = createWorld(dir.path);
    await runCli(['estimate', '--width', '512', '--height', '512', '--json', ...more], world);
    return world.printed();
  };
  const host = await restart();
  // A set-up without runs, of networks that are known.
  host.socket.say({ type: 'environment', report: knownReport() });
  await rig.clock.advance(2500);
  expect(await notesOf()).toContain('first-picture');
  expect(await notesOf('--other-mib', '400')).not.toContain('first-picture');
  await generate(host, 'first');
  expect(await notesOf()).not.toContain('first-picture');
});
