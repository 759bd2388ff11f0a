import type { Calibration } from '../calibration/calibration.ts';
import { estimate, type EstimateMiB } from '../estimate/estimate.ts';
import { spillWarnings } from '../estimate/spill.ts';
import { verdict, type LiveMemory } from '../estimate/verdict.ts';
import { unsliceableSizes, type EstimateWarning } from '../estimate/warnings.ts';
import type { Fit, Interval } from '../model/types.ts';
import { upscalesImages } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { EstimateResult, IntervalMiB, RequestedSettings } from '../protocol/viewer.ts';
import type { SourceStatus } from '../memory/sources/types.ts';
import type { MemoryFigures } from '../memory/ledger.ts';
import { remarkInWords } from '../words/en/sources.ts';
import { driftInWords, findingInWords, similarInWords } from '../words/en/calibration.ts';
import { largestThatFits } from './largest.ts';
import { checkSettings, hiresIsSmaller } from './settings.ts';

/** All that an answer depends on besides the settings. */
export interface Situation {
  readonly source: SourceStatus;
  readonly figures: MemoryFigures;
  /** Of the key in force; null while no WebUI has said which that is. */
  readonly calibration: Calibration | null;
  readonly benchmarkRuns: boolean;
  /** Why none of the devices that are seen is known to be the WebUI's, in words; null where one is, or none is seen. */
  readonly unmatched: string | null;
  /** MiB that the WebUI holds beside its weights, of a generation that failed: the next may have that much less. */
  readonly leftMiB: number;
  /** Whether the driver gives out system RAM where it could refuse: Windows' do. */
  readonly driverMaySpill: boolean;
}

export const BENCHMARK_RUNS = 'The benchmark is running: estimates come when it has finished.';
const NO_READING = 'The memory of the device cannot be read at the moment.';

/** What the readout beside the sliders says; never throws, whatever the sliders say. */
export function answerEstimate(requested: RequestedSettings, situation: Situation): EstimateResult {
  const { totalMiB, usableMiB, webuiMiB, othersMiB, otherMiB } = situation.figures;
  const live = {
    totalMiB: whole(totalMiB),
    webuiMiB: whole(webuiMiB),
    othersMiB: whole(othersMiB),
  };
  const without = (status: Exclude<EstimateResult['status'], 'estimated'>, message: string): EstimateResult => ({
    status,
    message,
    ...live,
  });

  const checked = checkSettings(requested);
  if (!checked.ok) return without('bad-settings', checked.reason);
  const { calibration, source } = situation;
  if (calibration === null)
    return without(
      'no-memory-source',
      'The WebUI has not said yet what it computes on. This takes a moment after its start.',
    );
  if (calibration.refusal === 'unsupported') return without('unsupported', findingInWords(calibration.finding));
  if (calibration.refusal === 'webui-adapts') return without('adapts', findingInWords(calibration.finding));
  if (calibration.refusal === 'attention-adapts') {
    const warnings = unsliceableSizes(checked.value).map(
      ({ width, height }) => `At ${width} x ${height} it may be unable to slice, and ask for far more memory.`,
    );
    return without('adapts', [findingInWords(calibration.finding), ...warnings].join(' '));
  }
  if (situation.benchmarkRuns) return without('measuring', BENCHMARK_RUNS);
  if (source.health === 'unavailable' && source.reason === 'no-memory-figures')
    return without('no-memory-source', source.remark === null ? NO_READING : remarkInWords(source.remark));
  if (calibration.fit === null) return without('not-calibrated', findingInWords(calibration.finding));
  if (source.health !== 'ok')
    return without('no-memory-source', source.remark === null ? NO_READING : remarkInWords(source.remark));
  if (situation.unmatched !== null) return without('no-memory-source', situation.unmatched);
  if (totalMiB === null || usableMiB === null || otherMiB === null)
    return without('no-memory-source', 'Waiting for a reading of the device while the WebUI is idle.');
  const heldMiB = heldMiBOf(source, situation.figures);
  const found = estimateOf(calibration.fit, calibration.drift, checked.value, {
    roomMiB: usableMiB - otherMiB,
    heldMiB,
  });
  if (!found.ok) return without('bad-settings', 'These settings cannot be estimated: the size is too small.');
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
    drift: drift === null ? null : { meanMiB: Math.round(drift.meanMiB), message: driftInWords(drift) },
    note: noteOf(settings, result, judged.reason, calibration),
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
export function heldMiBOf(source: SourceStatus, figures: MemoryFigures): number | null {
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

function noteOf(
  settings: GenerationSettings,
  result: EstimateMiB,
  tight: ReturnType<typeof verdict>['reason'],
  calibration: Calibration,
): string | null {
  const notes: string[] = [];
  if (tight === 'interval-straddles-the-edge')
    notes.push('The edge of the card lies within the interval: it may run, or not.');
  if (result.basis === 'beyond') notes.push('Beyond the sizes measured, so the interval is wider.');
  if (calibration.similar !== null)
    notes.push(
      `This set-up was not measured; the one that was differs (${similarInWords(calibration.similar)}), so the interval is wider.`,
    );
  else if (calibration.imported.used)
    notes.push(
      'It rests on imported runs, for too little was measured here, so the interval is wider. Run the benchmark.',
    );
  if (calibration.state === 'partial' && calibration.similar === null && !calibration.imported.used)
    notes.push(findingInWords(calibration.finding));
  const upscaler = upscalesImages(settings.operation) ? settings.hires?.upscaler : null;
  if (typeof upscaler === 'string' && !calibration.upscalers.includes(upscaler))
    notes.push(
      `The upscaler ${upscaler} was not measured: one with a network of its own may need more. The first image made with it tells.`,
    );
  if (hiresIsSmaller(settings)) notes.push('The hires target is smaller than the image.');
  for (const warning of result.warnings) notes.push(inWords(warning));
  return notes.length === 0 ? null : notes.join(' ');
}

function inWords(warning: EstimateWarning): string {
  switch (warning.code) {
    case 'adapts-to-free-memory':
      return `Attention adapts to free memory: with what is free now it is cut into up to ${warning.slices} slices, and the peak moves with that.`;
    case 'slices-may-not-fit':
      return 'Just with what is free now the slices may find no room, though with a little more or less they do: it may run, or not.';
    case 'token-count-does-not-divide':
      return 'At this size the number of tokens does not divide, so attention cannot be sliced and asks for far more memory.';
    case 'driver-may-spill':
      return `${warning.likely ? 'The peak reaches' : 'The peak may reach'} the edge of the card, where the drivers of Windows give out system RAM instead of refusing: ${warning.likely ? 'expect it to be' : 'it would be'} many times slower. "Prefer No Sysmem Fallback" in the NVIDIA Control Panel (CUDA - Sysmem Fallback Policy) prevents that.`;
    case 'not-a-multiple-of-64':
      return `${warning.width} x ${warning.height} is not a multiple of 64: it may take somewhat more.`;
  }
}

function whole(mib: number | null): number | null {
  return mib === null ? null : Math.round(mib);
}
