import { measureOf } from '../advice/largest/search.ts';
import { largestSettings } from '../advice/largest/size.ts';
import { toldDrift, type Calibration } from '../calibration/calibration.ts';
import { estimateNow, type Circumstances } from '../estimate/circumstances.ts';
import type { AddedPart } from '../estimate/add-ons.ts';
import type { Asked, EstimateMiB } from '../estimate/estimate.ts';
import type { ToLoad } from '../estimate/first-picture.ts';
import { onDevice, peakOnDevice } from '../estimate/on-device.ts';
import { checkSettings, hiresIsSmaller } from '../estimate/requested.ts';
import { spillWarnings } from '../estimate/spill.ts';
import { verdict } from '../estimate/verdict.ts';
import { unsliceableSizes } from '../estimate/warnings.ts';
import type { Fit } from '../model/types.ts';
import { upscalesImages } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { AddOnNote, EstimateResult, RequestedSettings, NoEstimate, Note } from '../protocol/estimate.ts';
import type { Unmatched } from '../protocol/source.ts';
import { circumstancesOf, type Held } from './circumstances.ts';

/** All that an answer depends on besides the settings. */
export interface Situation extends Held {
  /** Of the key in force; null while no WebUI has said which that is. */
  readonly calibration: Calibration | null;
  readonly benchmarkRuns: boolean;
  /** Why none of the devices that are seen is known to be the WebUI's; null where one is, or none is seen. */
  readonly unmatched: Unmatched | null;
  /** Whether the driver gives out system RAM where it could refuse: Windows' do. */
  readonly driverMaySpill: boolean;
}

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

/** What the readout beside the sliders says; never throws, whatever the sliders say. */
export function answerEstimate(requested: RequestedSettings, situation: Situation): EstimateResult {
  const { totalMiB, webuiMiB, othersMiB } = situation.figures;
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
  const now = circumstancesOf(situation, calibration, requested.addOns ?? []);
  if (totalMiB === null || now === null) return without('no-memory-source', { code: 'no-idle-reading' });
  const result = estimateNow(calibration.fit, checked.value, now);
  if (!result.ok) {
    const code = result.reason === 'not-with-inpainting' ? result.reason : 'too-small';
    return without('bad-settings', { code: 'settings', problem: { code } });
  }
  const spills = situation.driverMaySpill && source.label !== 'RAM' ? spillWarnings(result.peak, now.memory) : [];
  const told = { ...result, warnings: [...result.warnings, ...spills] };
  return estimated(checked.value, calibration, told, now, { ...live, totalMiB });
}

function estimated(
  settings: GenerationSettings,
  calibration: Calibration,
  result: EstimateMiB,
  now: Circumstances,
  live: Pick<EstimateResult, 'webuiMiB' | 'othersMiB'> & { readonly totalMiB: number },
): EstimateResult {
  const { fit, drift } = calibration;
  const { memory } = now;
  const judged = verdict(result, memory);
  return {
    status: 'estimated',
    verdict: judged.verdict,
    required: onDevice(result.required, memory.otherMiB),
    peak: peakOnDevice(result, memory),
    marginMiB: Math.round(judged.marginMiB),
    limitingPhase: result.limitingPhase,
    basis: calibration.similar !== null ? 'similar' : calibration.imported.used ? 'imported' : result.basis,
    totalMiB: Math.round(live.totalMiB),
    usableMiB: Math.round(memory.usableMiB),
    webuiMiB: live.webuiMiB,
    othersMiB: live.othersMiB,
    weightsMiB: Math.round(Math.max(0, memory.otherMiB - (live.othersMiB ?? 0) + (fit?.staticMiB ?? 0))),
    largest: judged.verdict !== 'fits' && fit !== null ? largestNow(settings, fit, now) : null,
    drift: drift === null ? null : toldDrift(drift),
    notes: notesOf(settings, result, judged.reason, calibration, now),
  };
}

function largestNow(settings: GenerationSettings, fit: Fit, now: Circumstances): Estimated['largest'] {
  const estimateOf = (smaller: GenerationSettings, asked: Asked): EstimateMiB | null => {
    const result = estimateNow(fit, smaller, now, asked);
    return result.ok ? result : null;
  };
  const beyondPx = Math.max(settings.width, settings.height);
  const largest = largestSettings(settings, beyondPx, measureOf(fit, now.memory, estimateOf));
  if (largest === null) return null;
  const { width, height, hires } = largest;
  return { width, height, hires: hires === null ? null : { width: hires.width, height: hires.height } };
}

function notesOf(
  settings: GenerationSettings,
  result: EstimateMiB,
  tight: ReturnType<typeof verdict>['reason'],
  { state, finding, similar, imported, upscalers }: Calibration,
  { toLoad }: Circumstances,
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
  notes.push(...(result.addOns ?? []).map((part) => addOnNoteOf(part, tight === 'add-on-not-counted')));
  notes.push(...result.warnings);
  if (toLoad !== null) notes.push(firstPictureNoteOf(toLoad));
  return notes;
}

function firstPictureNoteOf({ lowMiB, highMiB, processes }: ToLoad): Note {
  return { code: 'first-picture', lowMiB: Math.round(lowMiB), highMiB: Math.round(highMiB), processes };
}

/** @param decides that what is not counted does. */
function addOnNoteOf({ names, counted, usual }: AddedPart, decides: boolean): AddOnNote {
  if (counted === null) return { code: 'add-on-not-counted', names, usual, decides: decides && usual !== null };
  const addedMiB = Math.round(counted.required.valueMiB);
  return { code: 'add-ons-counted', names, addedMiB, runs: counted.runs };
}

function whole(mib: number | null): number | null {
  return mib === null ? null : Math.round(mib);
}
