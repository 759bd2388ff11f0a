import { expect, test } from '@jest/globals';
import { readReport } from '../../../service/hosts/hosts.ts';
import { createHostRuns } from '../../../service/server/host-runs.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { REPORT } from '../server/fake-host.ts';
import { ALONE, endOf } from './as-shim.ts';

const FACTS = { checkpoint: 'toy, random weights', torch: '2.1.2', family: 'toy', attention: 'sdp', figures: 'toy' };
const LIVE = readReport({ ...REPORT, program: ['gpu_capture'], facts: FACTS, webuiVersion: '1' });
const SETTINGS = settingsOf('img2img', 512, 512, 1);
const PEAKS = { activePeakMiB: 10, reservedPeakMiB: 20 };
const COUNTERS = { ...PEAKS, allocatedMiB: 5, reservedMiB: 15, allocRetries: 0, ooms: 0 };

test("the GPU capture's facts are its key's entries, so figures of a toy are never taken for a card's", () => {
  expect(LIVE.environment).toMatchObject({
    webui: "Headroom's GPU capture",
    checkpoint: 'toy, random weights',
    traits: { attention: 'fused', condUncondBatched: true },
    key: { family: 'toy', figures: 'toy', device: REPORT.device.uuid },
  });
  expect(LIVE.environment.key).not.toHaveProperty('checkpoint');
});

test('the GPU capture is asked for settings as they are', () => {
  const order = { type: 'run', runId: 'r', origin: 'benchmark', settings: SETTINGS, capMiB: 100, steps: 2 } as const;
  expect(createHostRuns().order(order, LIVE)).toMatchObject({ kind: 'capture', parameters: { settings: SETTINGS } });
});

test('its marks are phases by their own names, and its runs carry what keeps them out of the fit', () => {
  const runs = createHostRuns();
  const mark = (at: string, afterMs: number) => ({
    type: 'run-mark' as const,
    runId: 'r',
    at,
    afterMs,
    facts: { settings: JSON.stringify(SETTINGS) },
    company: { ...ALONE, scripts: [{ title: 'test', file: 'capture', handed: [{ value: 'True', on: null }] }] },
    torch: COUNTERS,
  });
  const messages = [
    { type: 'run-started' as const, runId: 'r', torch: null, startedAtMs: 1 },
    mark('encode', 1),
    mark('sampling', 2),
    mark('none', 3),
  ];
  const end = endOf('r', 'ok', { torch: null, durationMs: 9 });
  const heard = messages.flatMap((message) => [...runs.read(message, LIVE)]);
  expect(heard).toMatchObject([
    { type: 'run-started', origin: 'ordinary', settings: SETTINGS, extras: ['test'] },
    { type: 'run-phase', counters: { phase: 'encode', ...PEAKS } },
    { type: 'run-phase', counters: { phase: 'sampling', ...PEAKS } },
  ]);
  if (end.type !== 'run-ended') throw new Error('no end');
  expect(runs.read(end, LIVE)).toMatchObject([{ type: 'run-ended', outcome: 'ok' }]);
});
