import { PX_PER_MPX } from '../base/units.ts';
import { conditioningOf } from '../networks/networks.ts';
import { isHires, kindOf } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import { grownBy } from '../model/growth.ts';
import { asFound } from '../model/replay/as-found.ts';
import type { Fit, Interval, Phase } from '../model/types.ts';
import type { AddedPart } from './add-ons.ts';
import { withinKnown } from './bounds.ts';
import { intervalOf } from './interval.ts';
import { needOf } from './need.ts';
import { peakOf } from './peak.ts';
import { atLeast, openedTo } from './process.ts';
import { warningsFor } from './warnings.ts';
import type { EstimateWarning } from '../protocol/estimate.ts';

/** All figures are of the WebUI's process in MiB, weights included, other processes and the context left out. */
export interface EstimateMiB {
  readonly ok: true;
  /** Least memory with which the generation succeeds. */
  readonly required: Interval;
  /** What the device will show at the top: with torch's cache. */
  readonly peak: Interval;
  readonly limitingPhase: Phase;
  /** `beyond`: larger than anything that was run; `unmeasured`: nothing was run. */
  readonly basis: 'inside' | 'beyond' | 'unmeasured';
  readonly warnings: readonly EstimateWarning[];
  /** Left out where none is asked for. */
  readonly addOns?: readonly AddedPart[];
}

/** `not-with-inpainting`: the WebUI cannot do it with the checkpoint that is loaded. */
export type EstimateFailure =
  'size-too-small' | 'batch-size-not-positive' | 'hires-size-missing' | 'not-with-inpainting';

export type EstimateResult = EstimateMiB | { readonly ok: false; readonly reason: EstimateFailure };

/** `required`: neither the peak, which stands as what is required, nor warnings are worked out: each takes a replay. */
export type Asked = 'all' | 'required';

/** Extrapolation widens an interval by this share for each doubling of the area or of the work. */
const WIDER_PER_DOUBLING = 0.3;

/**
 * Memory of a generation with these settings, from a fit of its environment.
 * @param roomMiB that the device has for the process now, weights included; null = not known, as much as is wanted.
 *   Attention that slices to fit peaks by it; what is required does not hang on it.
 * @param heldMiB by the process now, of which it gives back nothing before a run: where the host has no counters, and
 *   where networks are moved on and off the card. Null = not known, as at most before.
 */
export function estimate(
  usual: Fit,
  settings: GenerationSettings,
  roomMiB: number | null = null,
  heldMiB: number | null = null,
  asked: Asked = 'all',
): EstimateResult {
  const failure = whatIsWrong(settings) ?? whatCannotBe(settings, usual);
  if (failure !== null) return { ok: false, reason: failure };
  const fit = asFound(usual, heldMiB);
  const { spread } = fit;
  const grown = grownBy(fit.process, heldMiB);
  const staticMiB = Math.max(0, fit.staticMiB + grown.byMiB);
  const need = needOf(fit, settings);
  const widen = 1 + WIDER_PER_DOUBLING * doublingsBeyond(fit, settings);
  const modelled = intervalOf(
    staticMiB,
    need.valueMiB,
    need.lowMiB,
    need.highMiB,
    spread.requiredLow * widen,
    spread.requiredHigh * widen,
  );
  const bounded = withinKnown(modelled, settings, fit.known, staticMiB, (of) => staticMiB + needOf(fit, of).valueMiB);
  const opened = (interval: Interval): Interval => {
    const all = fit.process === null ? interval : openedTo(interval, fit.process, fit, settings, staticMiB, grown);
    return atLeast(all, heldMiB ?? 0);
  };
  const ownRoomMiB = roomMiB === null ? Infinity : roomMiB - staticMiB;
  const about = { staticMiB, leastMiB: bounded.valueMiB - staticMiB, ownRoomMiB, widen };
  return {
    ok: true,
    required: opened(bounded),
    peak: opened(asked === 'all' ? peakOf(fit, settings, about) : bounded),
    limitingPhase: need.phase,
    basis: isUnmeasured(fit) ? 'unmeasured' : doublingsBeyond(fit, settings) > 0 ? 'beyond' : 'inside',
    warnings: asked === 'all' ? warningsFor(fit, settings, ownRoomMiB) : [],
  };
}

/** It rests on what is known of the networks alone. */
function isUnmeasured({ runs }: Fit): boolean {
  return runs.measured + runs.capped === 0;
}

function doublingsBeyond(fit: Fit, settings: GenerationSettings): number {
  if (fit.domain.maxAreaPx === 0) return 0;
  const area = (outputAreaMpx(settings) * PX_PER_MPX) / Math.max(1, fit.domain.maxAreaPx);
  const work = (workMpx(settings) * PX_PER_MPX) / Math.max(1, fit.domain.maxWorkPx);
  return Math.max(0, Math.log2(Math.max(area, work)));
}

function whatCannotBe({ operation }: GenerationSettings, { replay }: Fit): EstimateFailure | null {
  if (replay === null) return null;
  return kindOf(operation).runsWith.includes(conditioningOf(replay.networks)) ? null : 'not-with-inpainting';
}

function whatIsWrong(settings: GenerationSettings): EstimateFailure | null {
  if (!(settings.batchSize >= 1)) return 'batch-size-not-positive';
  if (!(settings.width >= 8 && settings.height >= 8)) return 'size-too-small';
  const hires = isHires(settings.operation);
  if (hires && settings.hires === null) return 'hires-size-missing';
  if (settings.hires !== null && !(settings.hires.width >= 8 && settings.hires.height >= 8)) return 'size-too-small';
  return null;
}
