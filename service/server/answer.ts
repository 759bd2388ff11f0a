import { toldDrift, type Calibration } from '../calibration/calibration.ts';
import { estimate, type EstimateMiB } from '../estimate/estimate.ts';
import { checkSettings, hiresIsSmaller } from '../estimate/requested.ts';
import { spillWarnings } from '../estimate/spill.ts';
import { verdict, type LiveMemory } from '../estimate/verdict.ts';
import { unsliceableSizes } from '../estimate/warnings.ts';
import type { Fit, Interval } from '../model/types.ts';
import { upscalesImages } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { EstimateResult, IntervalMiB, RequestedSettings, NoEstimate, Note } from '../protocol/estimate.ts';
import type { SourceState, Unmatched } from '../protocol/source.ts';
import type { MemoryFigures } from '../memory/ledger.ts';
import { largestThatFits } from './largest.ts';

/** All that an answer depends on besides the settings. */
export interface Situation {
  readonly source: SourceState;
  readonly figures: MemoryFigures;
  /** Of the key in force; null while no WebUI has said which that is. */
  readonly calibration: Calibration | null;
  readonly benchmarkRuns: boolean;
  /** Why none of the devices that are seen is known to be the WebUI's; null where one is, or none is seen. */
  readonly unmatched: Unmatched | null;
  /** MiB that the WebUI holds beside its weights, of a generation that failed: the next may have that much less. */
  readonly leftMiB: number;
  /** Whether the driver gives out system RAM where it could refuse: Windows' do. */
  readonly driverMaySpill: boolean;
}

/** What the readout beside the sliders says; never throws, whatever the sliders say. */
export function answerEstimate(requested: RequestedSettings, situation: Situation): EstimateResult {
  const { totalMiB, usableMiB, webuiMiB, othersMiB, otherMiB } = situation.figures;
  const live = {
    totalMiB: whole(totalMiB),
    webuiMiB: whole(webuiMiB),
    othersMiB: whole(othersMiB),
  };
  const without = (status: Exclude<EstimateResult['status'], 'estimated'>, why: NoEstimate): EstimateResult => ({
    status,
    why,
    ...live,
  });

  const checked = checkSettings(requested);
  if (!checked.ok) return without('bad-settings', { code: 'settings', problem: checked.reason });
  const { calibration, source } = situation;
  if (calibration === null) return without('no-memory-source', { code: 'silent-webui' });
  const { finding } = calibration;
  if (calibration.refusal !== null) {
    const unsliceable = calibration.refusal === 'attention-adapts' ? unsliceableSizes(checked.value) : [];
    const status = calibration.refusal === 'unsupported' ? 'unsupported' : 'adapts';
    return without(status, { code: 'finding', finding, unsliceable });
  }
  if (situation.benchmarkRuns) return without('measuring', { code: 'benchmark-runs' });
  const noReading = { code: 'no-reading', remark: source.remark } as const;
  if (source.health === 'unavailable' && source.reason === 'no-memory-figures')
    return without('no-memory-source', noReading);
  if (calibration.fit === null) return without('not-calibrated', { code: 'finding', finding, unsliceable: [] });
  if (source.health !== 'ok') return without('no-memory-source', noReading);
  const { unmatched } = situation;
  if (unmatched !== null) return without('no-memory-source', { code: 'unmatched', unmatched });
  if (totalMiB === null || usableMiB === null || otherMiB === null)
    return without('no-memory-source', { code: 'no-idle-reading' });
  const heldMiB = heldMiBOf(source, situation.figures);
  const found = estimateOf(calibration.fit, calibration.drift, checked.value, {
    roomMiB: usableMiB - otherMiB,
    heldMiB,
  });
  if (!found.ok) return without('bad-settings', { code: 'settings', problem: { code: 'too-small' } });
  const result = reaching(found, situation.leftMiB);
  const memory = { totalMiB: usableMiB, otherMiB };
  const spills = situation.driverMaySpill && source.kind !== 'process' ? spillWarnings(result.peak, memory) : [];
  const told = { ...result, warnings: [...result.warnings, ...spills] };
  return estimated(checked.value, calibration, told, memory, heldMiB, { ...live, totalMiB });
}

function estimated(
  settings: GenerationSettings,
  calibration: Calibration,
  result: EstimateMiB,
  memory: LiveMemory,
  heldMiB: number | null,
  live: Pick<EstimateResult, 'webuiMiB' | 'othersMiB'> & { readonly totalMiB: number },
): EstimateResult {
  const { fit, drift } = calibration;
  const judged = verdict(result, memory);
  const fits = (smaller: GenerationSettings): boolean => {
    const other =
      fit === null ? null : estimateOf(fit, drift, smaller, { roomMiB: memory.totalMiB - memory.otherMiB, heldMiB });
    return other !== null && other.ok && verdict(other, memory).verdict === 'fits';
  };
  return {
    status: 'estimated',
    verdict: judged.verdict,
    required: onDevice(result.required, memory.otherMiB),
    peak: peakOnDevice(result, memory),
    marginMiB: Math.round(judged.marginMiB),
    limitingPhase: result.limitingPhase,
    basis: calibration.similar !== null ? 'similar' : calibration.imported.used ? 'imported' : result.basis,
    totalMiB: Math.round(live.totalMiB),
    usableMiB: Math.round(memory.totalMiB),
    webuiMiB: live.webuiMiB,
    othersMiB: live.othersMiB,
    largest: judged.verdict === 'will-not-fit' ? largestThatFits(settings, fits) : null,
    drift: drift === null ? null : toldDrift(drift),
    notes: notesOf(settings, result, judged.reason, calibration),
  };
}

/** What is left behind may still be there when the next one needs it, or not. */
function reaching(result: EstimateMiB, leftMiB: number): EstimateMiB {
  const further = (interval: Interval): Interval => ({ ...interval, highMiB: interval.highMiB + leftMiB });
  return { ...result, required: further(result.required), peak: further(result.peak) };
}

/**
 * Once ordinary runs have left the estimates, the intervals reach as far as they have. It is their peaks that were
 * seen, so that figure goes along.
 */
function estimateOf(
  fit: Fit,
  drift: Calibration['drift'],
  settings: GenerationSettings,
  now: { readonly roomMiB: number; readonly heldMiB: number | null },
): ReturnType<typeof estimate> {
  const result = estimate(fit, settings, now.roomMiB, now.heldMiB);
  if (!result.ok || drift === null) return result;
  const { leftMiB } = drift;
  const reach = ({ valueMiB, lowMiB, highMiB }: Interval): Interval => ({
    valueMiB,
    lowMiB: Math.max(fit.staticMiB, now.heldMiB ?? 0, lowMiB + Math.min(0, leftMiB)),
    highMiB: highMiB + Math.max(0, leftMiB),
  });
  const peak = reach(result.peak);
  return {
    ...result,
    required: reach(result.required),
    peak: { ...peak, valueMiB: Math.max(result.required.valueMiB, peak.lowMiB, peak.valueMiB + leftMiB) },
  };
}

/**
 * What the WebUI holds already and does not give back before a generation: a process keeps its memory. Null on a card,
 * whose cache is emptied.
 */
export function heldMiBOf(source: SourceState, figures: MemoryFigures): number | null {
  return source.kind === 'process' ? figures.webuiMiB : null;
}

/**
 * The peak as the device will show it: never above what programs can have. Where the cache would take more than that,
 * PyTorch gives it back on the way: the top lies anywhere from what is required to all there is.
 */
export function peakOnDevice({ peak, required }: EstimateMiB, { totalMiB, otherMiB }: LiveMemory): IntervalMiB {
  const givesBack = peak.highMiB > totalMiB - otherMiB;
  const lowMiB = givesBack ? Math.min(peak.lowMiB, required.lowMiB) : peak.lowMiB;
  const within = (mib: number): number => Math.min(mib, totalMiB - otherMiB);
  return onDevice({ valueMiB: within(peak.valueMiB), lowMiB: within(lowMiB), highMiB: within(peak.highMiB) }, otherMiB);
}

/** The process's figure with everything else on the device added, so that it compares with the total. */
function onDevice({ valueMiB, lowMiB, highMiB }: Interval, otherMiB: number): IntervalMiB {
  return {
    valueMiB: Math.round(valueMiB + otherMiB),
    lowMiB: Math.round(lowMiB + otherMiB),
    highMiB: Math.round(highMiB + otherMiB),
  };
}

function notesOf(
  settings: GenerationSettings,
  result: EstimateMiB,
  tight: ReturnType<typeof verdict>['reason'],
  { state, finding, similar, imported, upscalers }: Calibration,
): Note[] {
  const notes: Note[] = [];
  if (tight === 'interval-straddles-the-edge') notes.push({ code: 'edge-inside' });
  if (result.basis === 'beyond') notes.push({ code: 'beyond' });
  if (similar !== null) notes.push({ code: 'similar', similar });
  else if (imported.used) notes.push({ code: 'imported' });
  else if (state === 'partial' || state === 'unmeasured') notes.push({ code: 'finding', finding });
  const upscaler = upscalesImages(settings.operation) ? settings.hires?.upscaler : null;
  if (typeof upscaler === 'string' && !upscalers.includes(upscaler))
    notes.push({ code: 'unmeasured-upscaler', upscaler });
  if (hiresIsSmaller(settings)) notes.push({ code: 'smaller-hires' });
  notes.push(...result.warnings);
  return notes;
}

function whole(mib: number | null): number | null {
  return mib === null ? null : Math.round(mib);
}
