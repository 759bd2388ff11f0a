/**
 * `npm run test:card -- --rescues N`: decodes that run out of memory in the real WebUI, once as they are and once with
 * Rescue on. Where memory runs out is told by the WebUI's own traceback, what was rescued by its own picture.
 */
import { hashUnit } from '../../service/plan/random.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { operationsOf } from './args.ts';
import { describe, drawRandom } from './draw.ts';
import { Estimates } from './estimates.ts';
import { rescueOf, rescueResult, type FailedIn, type RescueCase, type RescueResult } from './rescue-result.ts';
import type { Running } from './scenario.ts';
import { setTotalMiB, usedMiB } from './state-file.ts';
import { collect, picturesOf, setOption, type Pictures } from './webui-api.ts';

const OPTION = 'headroom_rescue';
/** The function of A1111 in which a latent is decoded. */
const DECODE = 'decode_first_stage';
const MOST_SIZE_PX = 1280;
const MOST_BATCH_SIZE = 4;
/** From one device to the next smaller one, and how many further below the first on which the decode runs out. */
const STEP = 0.95;
const MOST_FURTHER = 4;
/** Beyond what the WebUI holds at rest, so that it can begin. */
const LEAST_FREE_MIB = 64;
/** So many settings are tried for each that is wanted. */
const TRIES = 6;
/** Of pictures whose decode fits, how many are made with Rescue on. */
const LEFT_ALONE = 10;

export async function judgeRescues(running: Running): Promise<RescueResult> {
  const { options, viewer, say } = running;
  const drawn = await estimated(
    viewer,
    drawRandom(options.rescues * TRIES, options.seed, {
      maxSizePx: MOST_SIZE_PX,
      maxBatchSize: MOST_BATCH_SIZE,
      operations: operationsOf(options.family),
    }),
  );
  const cases: RescueCase[] = [];
  let ranOut = 0;
  let leftAlone = 0;
  for (const { settings, requiredMiB } of drawn) {
    if (ranOut === options.rescues) break;
    const found = await runningOut(running, settings, requiredMiB);
    if (found.totalMiB !== null) {
      const one = await rescuedOn(running, settings, found.totalMiB, true);
      cases.push(one);
      if (one.outcome !== 'later') ranOut += 1;
      say(
        `${ranOut}/${options.rescues} ${describe(settings)} on ${Math.round(one.deviceMiB)} MiB: ${one.outcome} ${one.how}`,
      );
    }
    if (found.enoughMiB !== null && leftAlone < LEFT_ALONE) {
      cases.push(await rescuedOn(running, settings, found.enoughMiB, false));
      leftAlone += 1;
    }
  }
  return rescueResult(cases, options.rescues);
}

/** All before the first run: a device that keeps changing its size has nothing to say. */
async function estimated(
  viewer: Running['viewer'],
  drawn: readonly GenerationSettings[],
): Promise<readonly { settings: GenerationSettings; requiredMiB: number }[]> {
  const estimates = new Estimates(viewer);
  const found = [];
  for (const settings of drawn) {
    const answer = await estimates.ask(settings);
    if (answer.status === 'estimated') found.push({ settings, requiredMiB: answer.required.valueMiB });
  }
  return found;
}

interface Found {
  /** A device on which the decode runs out of memory, and nothing before it; null where there is none. */
  totalMiB: number | null;
  /** The least tried on which all of it fits. */
  enoughMiB: number | null;
}

/** Downwards from what is said to be needed, which only saves tries. */
async function runningOut(running: Running, settings: GenerationSettings, aboutMiB: number): Promise<Found> {
  const { options, stateFile } = running;
  const leastMiB = usedMiB(stateFile, 'now') + LEAST_FREE_MIB;
  let further = Math.floor(hashUnit(options.seed, `further for ${describe(settings)}`) * MOST_FURTHER);
  const found: Found = { totalMiB: null, enoughMiB: null };
  for (let totalMiB = aboutMiB; totalMiB > leastMiB; totalMiB *= STEP) {
    const { failedIn } = await generateOn(running, settings, totalMiB, false);
    if (failedIn === 'elsewhere') break;
    if (failedIn === null) {
      found.enoughMiB = totalMiB;
      continue;
    }
    found.totalMiB = totalMiB;
    if (further === 0) break;
    further -= 1;
  }
  return found;
}

async function rescuedOn(
  running: Running,
  settings: GenerationSettings,
  totalMiB: number,
  ranOut: boolean,
): Promise<RescueCase> {
  const { failedIn, pictures } = await generateOn(running, settings, totalMiB, true);
  return rescueOf({ settings, deviceMiB: totalMiB, ranOut }, pictures, failedIn);
}

interface Tried {
  failedIn: FailedIn;
  pictures: Pictures | null;
}

async function generateOn(
  { options, url, stateFile, log }: Running,
  settings: GenerationSettings,
  totalMiB: number,
  rescue: boolean,
): Promise<Tried> {
  await setOption(url, OPTION, rescue);
  const before = log().length;
  setTotalMiB(stateFile, totalMiB);
  try {
    const pictures = await picturesOf(url, settings);
    if (pictures !== null) return { failedIn: null, pictures };
  } finally {
    setTotalMiB(stateFile, options.cardMiB);
  }
  const failedIn = log().slice(before).includes(DECODE) ? 'decode' : 'elsewhere';
  await collect(url);
  return { failedIn, pictures: null };
}
