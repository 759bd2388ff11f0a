import { inTurns } from '../../base/steps.ts';
import { checkSettings } from '../../estimate/requested.ts';
import { figuresOf } from '../../memory/ledger.ts';
import type { AdviceResult } from '../../protocol/advice.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import type { ToViewerMessage, ViewerMessage } from '../../protocol/viewer.ts';
import { situationFor } from '../advice-situation.ts';
import { advised } from '../advised.ts';
import { circumstancesOf } from '../circumstances.ts';
import { calibrationNow, inForce, type Parts } from '../parts.ts';

type Asked = Extract<ViewerMessage, { type: 'advice' }>;
type Told = Extract<ToViewerMessage, { type: 'advice' }>;

/** Others that were timed are looked for among so many set-ups. */
const MOST_SET_UPS = 20;

/**
 * In turns: a table takes as many replays as it has cells.
 * @param answer the estimate of the same settings: where there is none, there is no advice for the same reason.
 */
export async function advice(
  { requestId, about, settings }: Asked,
  parts: Parts,
  answer: (settings: Asked['settings']) => EstimateResult,
  pause: () => Promise<void>,
): Promise<Told> {
  const told = answer(settings);
  const situation = situationNow(settings, parts);
  const without = told.status !== 'estimated' && told.status !== 'not-calibrated' ? told.why : null;
  if (without !== null || situation === null) {
    const why = told.status === 'estimated' ? ({ code: 'unknown-networks' } as const) : told.why;
    return { type: 'advice', requestId, result: { about: 'nothing', why } };
  }
  const result: AdviceResult = await inTurns(advised(about, situation), pause);
  return { type: 'advice', requestId, result };
}

/** null where there is no estimate to go by. */
export function situationNow(requested: Asked['settings'], parts: Parts): ReturnType<typeof situationFor> | null {
  const { ledger, memory, leftBehind, histories, store, link } = parts;
  const [setUp, calibration] = [inForce(parts), calibrationNow(parts)];
  const checked = checkSettings(requested);
  if (setUp === null || calibration === null || !checked.ok) return null;
  const { leftMiB, foundMiB } = leftBehind;
  const held = { source: memory.source, figures: figuresOf(ledger.now), leftMiB, foundMiB };
  const now = circumstancesOf(held, calibration, requested.addOns ?? []);
  if (now === null) return null;
  const { host } = link;
  return situationFor({
    settings: checked.value,
    now,
    totalMiB: held.figures.totalMiB,
    setUp,
    calibration,
    programs: (memory.processes ?? []).filter(({ pid }) => pid !== host?.pid),
    upscalers: host?.environment.upscalers ?? [],
    histories,
    known: () => store.environments(MOST_SET_UPS),
  });
}
