/** Every state of a readout, with figures as long as they get. */
import type { EstimateResult, ToViewerMessage } from '../../service/protocol/viewer.ts';
import { abilitiesOf } from '../../service/hosts/hosts.ts';
import { abilitiesInWords } from '../../service/words/en/hosts.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { simulatedEnvironment } from './states.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

const TOTAL_MIB = 24_564;
const LIVE = { totalMiB: TOTAL_MIB, webuiMiB: 12_400, othersMiB: 1_600 };
const NOTE =
  'The edge of the card lies within the interval: it may run, or not. Beyond the sizes measured, so the interval is wider.';

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
    note: null,
    ...change,
  };
}

const required = (valueMiB: number) => ({ valueMiB, lowMiB: valueMiB - 900, highMiB: valueMiB + 900 });
const peak = { valueMiB: TOTAL_MIB, lowMiB: 22_000, highMiB: TOTAL_MIB };
const without = (status: Exclude<EstimateResult['status'], 'estimated'>, message: string): EstimateResult => ({
  status,
  message,
  ...LIVE,
});

const ESTIMATES: Readonly<Record<string, EstimateResult>> = {
  fits: estimated({}),
  tight: estimated({
    verdict: 'tight',
    required: required(24_300),
    peak,
    marginMiB: -10_640,
    basis: 'beyond',
    note: NOTE,
  }),
  'will not fit': estimated({
    verdict: 'will-not-fit',
    required: required(44_300),
    peak,
    marginMiB: -20_640,
    largest: { width: 1088, height: 1920 },
  }),
  drift: estimated({
    drift: {
      meanMiB: 11_980,
      message: '+11.7 GiB against the estimates since 2026-11-21 08:01 UTC: run the benchmark again.',
    },
  }),
  measuring: without('measuring', 'The benchmark is running: estimates come when it has finished.'),
  adapts: without('adapts', abilitiesInWords(abilitiesOf({ ...simulatedEnvironment(), webui: 'Forge' })).message ?? ''),
  unsupported: without(
    'unsupported',
    abilitiesInWords(abilitiesOf({ ...simulatedEnvironment(), webui: 'SD.Next' })).message ?? '',
  ),
  stale: {
    status: 'no-memory-source',
    message: 'nvidia-smi has not answered for 3 s.',
    totalMiB: null,
    webuiMiB: null,
    othersMiB: null,
  },
  'not calibrated': without(
    'not-calibrated',
    'Not calibrated for this set-up: nothing was measured on it yet. Press Run Benchmark in the Headroom tab.',
  ),
  'bad settings': without(
    'bad-settings',
    'Image size 999999 x 999999 is beyond what can be estimated (16384 pixels a side).',
  ),
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
