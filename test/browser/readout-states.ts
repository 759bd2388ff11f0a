/** Every state of a readout, with figures as long as they get. */
import type { EstimateResult, NoEstimate } from '../../service/protocol/estimate.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
import { abilitiesOf } from '../../service/hosts/hosts.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import type { FixturePage } from './pages.ts';
import { simulatedEnvironment } from './states.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

const TOTAL_MIB = 24_564;
const LIVE = { totalMiB: TOTAL_MIB, webuiMiB: 12_400, othersMiB: 1_600 };
const NOTES: Estimated['notes'] = [{ code: 'edge-inside' }, { code: 'beyond' }];

function estimated(change: Partial<Estimated>): Estimated {
  return {
    status: 'estimated',
    verdict: 'fits',
    required: { valueMiB: 13_900, lowMiB: 13_200, highMiB: 14_800 },
    peak: { valueMiB: 18_900, lowMiB: 18_200, highMiB: 19_800 },
    marginMiB: 10_100,
    limitingPhase: 'hires_sampling',
    basis: 'inside',
    ...LIVE,
    usableMiB: TOTAL_MIB,
    largest: null,
    drift: null,
    notes: [],
    ...change,
  };
}

const required = (valueMiB: number) => ({ valueMiB, lowMiB: valueMiB - 900, highMiB: valueMiB + 900 });
const peak = { valueMiB: TOTAL_MIB, lowMiB: 22_000, highMiB: TOTAL_MIB };
const without = (status: Exclude<EstimateResult['status'], 'estimated'>, why: NoEstimate): EstimateResult => ({
  status,
  why,
  ...LIVE,
});

const unable = (webui: string): NoEstimate => {
  const { why } = abilitiesOf({ ...simulatedEnvironment(), webui });
  if (why === null) throw new Error(`${webui} is given estimates`);
  return { code: 'finding', finding: { code: 'unable', why }, unsliceable: [] };
};

const ESTIMATES: Readonly<Record<string, EstimateResult>> = {
  fits: estimated({}),
  tight: estimated({
    verdict: 'tight',
    required: required(24_300),
    peak,
    marginMiB: -10_640,
    basis: 'beyond',
    notes: NOTES,
  }),
  'will not fit': estimated({
    verdict: 'will-not-fit',
    required: required(44_300),
    peak,
    marginMiB: -20_640,
    largest: { width: 1088, height: 1920 },
  }),
  drift: estimated({
    drift: { meanMiB: 11_980, sinceMs: Date.UTC(2026, 10, 21, 8, 1), ranOut: false, similar: null },
  }),
  measuring: without('measuring', { code: 'benchmark-runs' }),
  adapts: without('adapts', unable('Forge')),
  unsupported: without('unsupported', unable('SD.Next')),
  stale: {
    status: 'no-memory-source',
    why: { code: 'no-reading', remark: null },
    totalMiB: null,
    webuiMiB: null,
    othersMiB: null,
  },
  'not calibrated': without('not-calibrated', {
    code: 'finding',
    finding: { code: 'not-fitted', reason: 'no-runs' },
    unsliceable: [],
  }),
  'bad settings': without('bad-settings', {
    code: 'settings',
    problem: { code: 'size-too-large', size: 'image', width: 999_999, height: 999_999, limitPx: 16_384 },
  }),
};

const sidecar = (state: 'starting' | 'stopped', message: string): ToViewerMessage => ({
  type: 'sidecar',
  state,
  message,
  canRestart: state === 'stopped',
});

/** By name: brings a page's readouts into the state. */
export const READOUT_STATES: Readonly<Record<string, (fake: FakeSidecar) => void>> = {
  ...Object.fromEntries(
    Object.entries(ESTIMATES).map(([name, result]) => [name, (fake: FakeSidecar) => fake.answerAgain(result)]),
  ),
  RAM: (fake) => {
    fake.sendState({ source: { ...fake.state.source, kind: 'process', label: 'RAM' } });
    fake.answerAgain(estimated({ limitingPhase: 'decode' }));
  },
  starting: (fake) => fake.send(sidecar('starting', 'The sidecar is starting; this takes a moment.')),
  stopped: (fake) =>
    fake.send(
      sidecar('stopped', 'Headroom stopped: it ended three times in a row. The console of the WebUI says why.'),
    ),
};

const READOUT_SHOWS_MS = 50;

/** From whatever state the page's readouts are in. */
export async function showReadout({ page, sidecar }: FixturePage, state: string): Promise<void> {
  sidecar.send({ type: 'sidecar', state: 'running', message: '', canRestart: false });
  sidecar.sendState({ source: { ...sidecar.state.source, kind: 'nvidia-smi', label: 'VRAM' } });
  const bring = READOUT_STATES[state];
  if (bring === undefined) throw new Error(`there is no state "${state}"`);
  bring(sidecar);
  await page.waitForTimeout(READOUT_SHOWS_MS);
}
