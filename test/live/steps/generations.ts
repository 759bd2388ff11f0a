/** Fresh settings by the real Generate button: what was estimated, and what was then measured. */
import { noEstimateInWords } from '../../../service/words/index.ts';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestedSettings } from '../../../service/protocol/estimate.ts';
import type { RunRow } from '../../../service/protocol/viewer.ts';
import type { Context } from '../context.ts';
import { countRows } from '../page/benchmark.ts';
import { chooseImage, setControls } from '../page/controls.ts';
import { openTab } from '../page/browser.ts';
import { settledReadout } from '../page/readout.ts';
import type { Estimated } from '../page/traffic.ts';
import { poll } from '../page/traffic.ts';
import { areMostInside, isInside, offByShare } from '../report.ts';
import type { Comparison } from '../report.ts';
import { describeSettings } from '../settings.ts';
import type { LiveSettings } from '../settings.ts';
import { RUNS } from './benchmark.ts';

const STEPS = 4;
/**
 * Of what was measured of the WebUI's own. Nearer than this is the estimator's own benchmark's business; here a wrong
 * wire must show.
 */
const MOST_OFF = 0.15;
const ANSWER_LIMIT_MS = 15_000;
const GENERATE_LIMIT_MS = 5 * 60_000;
const ASK_EVERY_MS = 500;
/** So that each run begins from an idle WebUI whose memory has been read. */
const REST_MS = 3_000;

export async function generationsStep(
  context: Context,
  all: readonly LiveSettings[],
  comparisons: Comparison[],
): Promise<void> {
  for (const settings of all) {
    await context.checks.part(`generate ${describeSettings(settings)}`, async () => {
      comparisons.push(await generate(context, settings));
    });
  }
  const outside = comparisons.filter((one) => isInside(one) === false).length;
  context.checks.add(
    'most measurements lie in their intervals',
    areMostInside(comparisons),
    `${outside} of ${comparisons.length} outside`,
  );
  const pictures = all.reduce((sum, { batchSize }) => sum + batchSize, 0);
  const saved = context.workspace.pictures().filter((name) => !name.includes('grids')).length;
  context.checks.add("the person's own generations are saved", saved >= pictures, `${saved} pictures`);
  await openTab(context.live.page, 'Headroom');
  const expected = RUNS + 1 + all.length;
  context.checks.equal(
    "the table shows the person's own generations",
    await countRows(context.live.page, expected),
    expected,
  );
}

async function generate(context: Context, settings: LiveSettings): Promise<Comparison> {
  const { checks, live, say } = context;
  const { page, traffic } = live;
  const title = describeSettings(settings);
  await openTab(page, settings.tab);
  if (settings.tab === 'img2img') await prepareImage(context);
  await setControls(page, settings, STEPS);
  await sleep(REST_MS);
  const { settings: asked, result } = await traffic.waitForEstimate(
    settings.tab,
    (candidate) => isFor(candidate, settings),
    ANSWER_LIMIT_MS,
  );
  const shown = await settledReadout(page, settings.tab);
  if (result.status !== 'estimated') throw new Error(`no estimate: ${result.status}, ${noEstimateInWords(result.why)}`);
  say(`${title}: ${shown.text}`);

  const known = new Set((await askRuns(context)).map(({ runId }) => runId));
  await page.locator(`#${settings.tab}_generate`).click();
  const row = await poll(
    `the run of ${title}`,
    () => newRun(context, known),
    GENERATE_LIMIT_MS,
    () => '',
  );
  await page.locator(`#${settings.tab}_gallery img`).first().waitFor();
  checks.add(`${title} was generated`, row.outcome === 'ok', row.outcome);
  checks.equal(`${title}: the page asked for what the WebUI then did`, row.settings, asked);
  const comparison = comparisonOf(row, result);
  const share = offByShare(comparison);
  const ownMiB = (mib: number) => Math.round(mib - comparison.othersMiB);
  const detail = `${ownMiB(comparison.peakMiB)} MiB of its own estimated, ${ownMiB(row.devicePeakMiB ?? NaN)} MiB measured`;
  checks.add(
    `${title}: the estimated peak of the WebUI's own is within ${MOST_OFF * 100} % of the measured one`,
    share !== null && share <= MOST_OFF,
    detail,
  );
  return comparison;
}

/**
 * What others use may have moved since the page was answered: the estimate is compared as it stood when the run began.
 */
function comparisonOf(row: RunRow, { required, peak, verdict, othersMiB }: Estimated): Comparison {
  if (row.estimatedPeakMiB === null) throw new Error('the run was recorded without what was estimated for it');
  if (othersMiB === null) throw new Error('the readout did not know what others use');
  const movedMiB = row.estimatedPeakMiB - peak.valueMiB;
  return {
    settings: row.settings,
    othersMiB: othersMiB + movedMiB,
    readoutPeakMiB: peak.valueMiB,
    requiredMiB: required.valueMiB + movedMiB,
    peakMiB: row.estimatedPeakMiB,
    peakLowMiB: peak.lowMiB + movedMiB,
    peakHighMiB: peak.highMiB + movedMiB,
    verdict,
    measuredPeakMiB: row.devicePeakMiB,
    measuredOutcome: row.outcome,
    marks: row.marks,
  };
}

function isFor(asked: RequestedSettings, { tab, width, height, batchSize, hires }: LiveSettings): boolean {
  const same = asked.width === width && asked.height === height && asked.batchSize === batchSize;
  const hiresFits =
    hires === null
      ? asked.hires === null
      : asked.hires?.upscaler === hires.upscaler && Math.abs(asked.hires.uncroppedWidth - width * hires.scale) <= 8;
  return same && hiresFits && (asked.operation === 'img2img') === (tab === 'img2img');
}

/** Any picture will do: one that was generated before. */
async function prepareImage({ live, workspace }: Context): Promise<void> {
  const picture = workspace.pictures()[0];
  if (picture === undefined) throw new Error('no picture was saved that could be used for img2img');
  await chooseImage(live.page, join(workspace.dataDir, 'outputs', picture));
}

async function newRun(context: Context, known: ReadonlySet<string>): Promise<RunRow | null> {
  const rows = await askRuns(context);
  const row = rows.find(({ runId, origin }) => origin === 'ordinary' && !known.has(runId));
  if (row === undefined) await sleep(ASK_EVERY_MS);
  return row ?? null;
}

let lastRequest = 0;

async function askRuns({ viewer }: Context): Promise<readonly RunRow[]> {
  const requestId = (lastRequest += 1);
  const answer = viewer.waitFor('runs', (message) => message.requestId === requestId, ANSWER_LIMIT_MS);
  viewer.send({ type: 'runs', requestId });
  return (await answer).rows;
}
