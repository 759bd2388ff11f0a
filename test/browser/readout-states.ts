/** Every state of a readout, with figures as long as they get. */
import type { Browser, Page } from 'playwright-core';
import type { AdvisedStep, Remedy } from '../../service/protocol/advice.ts';
import type { EstimateResult, NoEstimate } from '../../service/protocol/estimate.ts';
import type { Leak } from '../../service/protocol/leak.ts';
import type { Notice } from '../../service/protocol/notice.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
import { abilitiesOf } from '../../service/hosts/hosts.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { openFixture, type FixtureOptions, type FixturePage } from './pages.ts';
import { ranOut, simulatedEnvironment } from './states.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

const TOTAL_MIB = 24_564;
const USABLE_MIB = 24_210;
const LIVE = { totalMiB: TOTAL_MIB, webuiMiB: 7_400, othersMiB: 1_600 };
const NOTES: Estimated['notes'] = [{ code: 'edge-inside' }, { code: 'beyond' }];

function estimated(change: Partial<Estimated>): Estimated {
  return {
    status: 'estimated',
    verdict: 'fits',
    required: { valueMiB: 13_900, lowMiB: 13_200, highMiB: 14_800 },
    peak: { valueMiB: 18_900, lowMiB: 18_200, highMiB: 19_800 },
    marginMiB: USABLE_MIB - 14_800,
    limitingPhase: 'hires_sampling',
    basis: 'inside',
    ...LIVE,
    weightsMiB: 7_300,
    usableMiB: USABLE_MIB,
    largest: null,
    drift: null,
    notes: [],
    ...change,
  };
}

const required = (valueMiB: number) => ({ valueMiB, lowMiB: valueMiB - 400, highMiB: valueMiB + 400 });
const peak = { valueMiB: USABLE_MIB, lowMiB: 22_000, highMiB: USABLE_MIB };
const LARGEST = { width: 1088, height: 1920, hires: null };
const LARGEST_HIRES = { width: 1088, height: 1920, hires: { width: 2176, height: 3840 } };

function short(valueMiB: number, change: Partial<Estimated> = {}): Estimated {
  const needed = { verdict: 'will-not-fit', required: required(valueMiB), peak, largest: LARGEST } as const;
  return estimated({ ...needed, marginMiB: USABLE_MIB - valueMiB, ...change });
}

function tight(change: Partial<Estimated> = {}): Estimated {
  return short(24_100, { verdict: 'tight', notes: NOTES, basis: 'beyond', ...change });
}

const DRIFT = { meanMiB: 1_980, sinceMs: Date.UTC(2026, 10, 21, 8, 1), ranOut: false, similar: null };

const LEAK: Leak = {
  growing: 'torch',
  perRunMiB: 34,
  grownMiB: 340,
  runs: 10,
  sinceMs: Date.UTC(2026, 10, 21, 8, 1),
  suspect: null,
  allocator: null,
};

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

const STALE: EstimateResult = {
  status: 'no-memory-source',
  why: { code: 'no-reading', remark: null },
  totalMiB: null,
  webuiMiB: null,
  othersMiB: null,
};

const ESTIMATES: Readonly<Record<string, EstimateResult>> = {
  fits: estimated({}),
  tight: tight(),
  'tight, hires fix': tight({ largest: LARGEST_HIRES }),
  'will not fit': short(30_400),
  'will not fit by far': short(104_300),
  'no size fits': short(44_300, { largest: null }),
  drift: estimated({ drift: DRIFT }),
  'drift, will not fit': short(44_300, { drift: DRIFT }),
  unmeasured: estimated({
    basis: 'unmeasured',
    notes: [{ code: 'finding', finding: { code: 'unmeasured', runs: 0 } }],
  }),
  spills: estimated({ notes: [{ code: 'driver-may-spill', likely: true }] }),
  loading: without('not-calibrated', { code: 'finding', finding: { code: 'no-checkpoint' }, unsliceable: [] }),
  measuring: without('measuring', { code: 'benchmark-runs' }),
  adapts: without('adapts', unable('Forge')),
  unsupported: without('unsupported', unable('SD.Next')),
  stale: STALE,
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

const SETTINGS: GenerationSettings = { operation: 'txt2img', width: 1024, height: 1024, batchSize: 4, hires: null };

function remedy(change: AdvisedStep['change'], settings: GenerationSettings, times = 1): Remedy {
  return doneBy(change, { kind: 'sliders', settings, times });
}

function doneBy(change: AdvisedStep['change'], applied: AdvisedStep['applied']): Remedy {
  const [picture, restart] = ['smaller', false] as const;
  const step: AdvisedStep = { change, applied, picture, restart };
  const savesMiB = { valueMiB: 3000, lowMiB: 2900, highMiB: 3100 };
  const fits = { verdict: 'fits', required: required(19_000) } as const;
  return { steps: [step], savesMiB, seconds: null, picture, restart, ...fits };
}

const smaller = { ...SETTINGS, width: 896, height: 896 };
const fewer = { ...SETTINGS, batchSize: 2 };
const REMEDIES: readonly Remedy[] = [
  remedy({ code: 'smaller-size', settings: smaller }, smaller),
  remedy({ code: 'smaller-batch', batchSize: 2, times: 2 }, fewer, 2),
  remedy({ code: 'smaller-size', settings: SETTINGS }, { ...SETTINGS, width: 768, height: 768 }),
];

const PREVIEW = doneBy({ code: 'light-preview' }, { kind: 'option', name: 'show_progress_type', value: 'Approx NN' });

type Bring = (fake: FakeSidecar, page: Page) => void | Promise<void>;

const UNDO = '#headroom_txt2img_readout .headroom-undo';
const OFFER = '#headroom_txt2img_readout .headroom-offers button';
const UNMEASURED = {
  basis: 'unmeasured',
  notes: [{ code: 'finding', finding: { code: 'unmeasured', runs: 0 } }],
} satisfies Partial<Estimated>;

/** With all that can be done about it: the settings must be such that offers can be taken. */
function withOffers(result: Estimated, remedies = REMEDIES): Bring {
  return async (fake, page) => {
    const asked = { about: 'remedies', verdict: result.verdict, required: null, usableMiB: USABLE_MIB } as const;
    fake.advice = () => ({ ...asked, remedies: [...remedies], unknown: [] });
    fake.answerAgain(result);
    // Of these: Rescue may be there before the advice.
    await page.locator(OFFER, { hasText: '896' }).first().waitFor({ state: 'attached' });
  };
}

function withNotices(notices: readonly Notice[], bring: Bring): Bring {
  return (fake, page) => {
    fake.sendState({ notices: notices.map((notice) => ({ level: 'warning', notice })) });
    return bring(fake, page);
  };
}

const answer =
  (result: EstimateResult): Bring =>
  (fake) =>
    fake.answerAgain(result);

const RESCUE: Notice = { code: 'rescue-offer' };
const LEAKS: Notice = { code: 'leak', leak: LEAK };
const RAN_OUT = ranOut(SETTINGS);

/** Takes the first offer: a smaller picture, which fits. */
const applied: Bring = async (fake, page) => {
  await withOffers(short(30_400))(fake, page);
  fake.estimate = () => estimated({});
  await page.locator(OFFER).first().click();
  await page.locator('#headroom_txt2img_readout[data-state=fits]').waitFor();
};

/** Has an option set; what else was offered still is. */
const optionSet: Bring = async (fake, page) => {
  const offered = withOffers(short(30_400, UNMEASURED), [PREVIEW, ...REMEDIES]);
  fake.setOption = () => ({ ok: true, was: 'Full' });
  await offered(fake, page);
  await page.locator(OFFER).first().click();
  await page.locator(UNDO).waitFor();
};

/** Rescues from now on, the first offer there is. */
function rescued(bring: Bring): Bring {
  return withNotices([RAN_OUT, RESCUE], async (fake, page) => {
    fake.setOption = () => {
      fake.sendState({ notices: [{ level: 'warning', notice: RAN_OUT }] });
      return { ok: true, was: false };
    };
    await bring(fake, page);
    await page.locator(OFFER).first().click();
    await page.locator(UNDO).waitFor();
  });
}

/** By name: brings a page's readouts into the state. */
export const READOUT_STATES: Readonly<Record<string, Bring>> = {
  ...Object.fromEntries(Object.entries(ESTIMATES).map(([name, result]) => [name, answer(result)])),
  'tight, with offers': withOffers(tight()),
  'will not fit, with offers': withOffers(short(30_400)),
  'unmeasured, will not fit, with offers': withOffers(short(30_400, UNMEASURED)),
  applied,
  leak: withNotices([LEAKS], answer(estimated({}))),
  'ran out': withNotices([RAN_OUT], answer(estimated({}))),
  'ran out, will not fit, with offers': withNotices([RAN_OUT], withOffers(short(30_400))),
  'rescue offered': withNotices([RAN_OUT, RESCUE], answer(estimated({}))),
  'option set, with offers': optionSet,
  rescued: rescued(answer(short(30_400, UNMEASURED))),
  'rescued, with offers': rescued(withOffers(short(30_400, UNMEASURED))),
  'drift, leak and ran out, tight': withNotices([LEAKS, RAN_OUT], answer(tight({ drift: DRIFT }))),
  'drift and leak, tight, hires fix': withNotices([LEAKS], answer(tight({ drift: DRIFT, largest: LARGEST_HIRES }))),
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

/** A page on whose txt2img all offers can be taken. */
export async function openReadout(
  browser: Browser,
  options?: FixtureOptions,
  sidecar?: FakeSidecar,
): Promise<FixturePage> {
  const fixture = await openFixture(browser, 'webui', sidecar, options);
  const { page } = fixture;
  for (const [field, value] of Object.entries({ width: SETTINGS.width, height: SETTINGS.height, batch_size: 4 }))
    await page.locator(`#txt2img_${field} input[type=number]`).fill(String(value));
  await page.locator('#headroom_txt2img_readout[aria-busy=false]').waitFor();
  return fixture;
}

/** From whatever state the page's readouts are in; told apart by one that is as no other. */
export async function showReadout({ page, sidecar }: FixturePage, state: string): Promise<void> {
  const bring = READOUT_STATES[state];
  if (bring === undefined) throw new Error(`there is no state "${state}"`);
  const readout = '#headroom_txt2img_readout';
  if (await page.locator(UNDO).isVisible()) await page.locator(UNDO).click();
  await page.locator(UNDO).waitFor({ state: 'hidden' });
  sidecar.advice = () => ({ about: 'nothing', why: { code: 'unknown-networks' } });
  sidecar.send({ type: 'sidecar', state: 'running', message: '', canRestart: false });
  sidecar.sendState({ source: { ...sidecar.state.source, kind: 'nvidia-smi', label: 'VRAM' }, notices: [] });
  sidecar.answerAgain(STALE);
  await page.locator(`${readout}[data-state=no-memory-source]`).waitFor();
  await bring(sidecar, page);
  // Nothing lies under the pointer where the last click was.
  await page.mouse.move(0, 0);
  if (state !== 'stale') await page.locator(`${readout}:not([data-state=no-memory-source])`).waitFor();
}
