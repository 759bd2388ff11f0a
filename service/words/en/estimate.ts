/** What is told beside an estimate, and why there is none. */
import type { EstimateResult, EstimateWarning, NoEstimate, Note, SettingsProblem } from '../../protocol/estimate.ts';
import { counted, formatMargin, formatMiB, formatRange, formatSize } from './amounts.ts';
import { BENCHMARK_RUNS, findingInWords, findingTold, similarInWords } from './calibration.ts';
import { remarkTold, unmatchedTold } from './sources.ts';
import type { Told } from '../told.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

export function noEstimateInWords(why: NoEstimate): string {
  return noEstimateTold(why).join(' ');
}

export function noEstimateTold(why: NoEstimate): Told {
  switch (why.code) {
    case 'settings':
      return [problemInWords(why.problem)];
    case 'silent-webui':
      return ['The WebUI has not said yet what it computes on.', 'This takes a moment after its start.'];
    case 'benchmark-runs':
      return [BENCHMARK_RUNS];
    case 'no-idle-reading':
      return ['Waiting for a reading of the device while the WebUI is idle.'];
    case 'finding':
      return [...findingTold(why.finding), ...why.unsliceable.map(unsliceableInWords)];
    case 'no-reading':
      return why.remark === null ? ['The memory of the device cannot be read at the moment.'] : remarkTold(why.remark);
    case 'unmatched':
      return unmatchedTold(why.unmatched);
  }
}

function unsliceableInWords(size: Readonly<Record<'width' | 'height', number>>): string {
  return `At ${formatSize(size)} it may be unable to slice, and ask for far more memory.`;
}

const SIZES = {
  image: 'Image size',
  'hires-target': 'Hires fix target',
  'uncropped-hires-target': 'Hires fix target before cropping',
};

function problemInWords(problem: SettingsProblem): string {
  switch (problem.code) {
    case 'no-batch':
      return 'Batch size is 0: set it to 1 or more.';
    case 'batch-too-large':
      return `Batch size ${problem.batchSize} is beyond what can be estimated (${problem.most}).`;
    case 'no-hires-target':
      return 'Hires fix is on, but its target size is not known yet.';
    case 'size-too-small':
      return (
        `${SIZES[problem.size]} ${formatSize(problem)} is too small: nothing below ` +
        `${problem.limitPx} pixels can be generated.`
      );
    case 'size-too-large':
      return (
        `${SIZES[problem.size]} ${formatSize(problem)} is beyond what can be estimated ` +
        `(${problem.limitPx} pixels a side).`
      );
    case 'too-small':
      return 'These settings cannot be estimated: the size is too small.';
    case 'not-with-inpainting':
      return (
        'With an inpainting checkpoint the WebUI cannot make latents larger: it stops with an error after the first ' +
        'pass. Choose an upscaler for pictures.'
      );
    case 'unfit':
      return 'These settings cannot be estimated: a hires fix target goes with hires fix, and with nothing else.';
  }
}

/** Null where there is nothing to say. */
export function notesInWords(notes: readonly Note[]): string | null {
  return notes.length === 0 ? null : notes.map(noteInWords).join(' ');
}

function noteInWords(note: Note): string {
  switch (note.code) {
    case 'edge-inside':
      return 'The edge of the card lies within the interval: it may run, or not.';
    case 'beyond':
      return 'Beyond the sizes measured, so the interval is wider.';
    case 'similar':
      return (
        `This set-up was not measured; the one that was differs (${similarInWords(note.similar)}), so the ` +
        'interval is wider.'
      );
    case 'imported':
      return 'It rests on imported runs, for too little was measured here: the interval is wider. Run the benchmark.';
    case 'finding':
      return findingInWords(note.finding);
    case 'unmeasured-upscaler':
      return (
        `The upscaler ${note.upscaler} was not measured: one with a network of its own may need more. The first ` +
        'image made with it tells.'
      );
    case 'smaller-hires':
      return 'The hires target is smaller than the image.';
    case 'add-ons-counted':
      return `${addOnsInWords(note.names)} counted: ${addedInWords(note.addedMiB)}, measured in ${counted(note.runs, 'run')}.`;
    case 'add-on-not-counted':
      return notCountedInWords(note);
    case 'first-picture':
      return firstPictureInWords(note);
    default:
      return warningInWords(note);
  }
}

function addOnsInWords(names: readonly string[]): string {
  const all = names.join(' + ');
  return `${all.charAt(0).toUpperCase()}${all.slice(1)}`;
}

function addedInWords(addedMiB: number): string {
  return addedMiB < 0 ? `${formatMiB(-addedMiB)} less` : formatMiB(addedMiB);
}

function notCountedInWords({ names, usual, decides }: Extract<Note, { code: 'add-on-not-counted' }>): string {
  const name = addOnsInWords(names);
  if (usual === null) return `${name} is not counted: what it takes is not known.`;
  const { lowMiB, highMiB, takesLess } = usual;
  const range = lowMiB === 0 ? `up to ${formatMiB(highMiB)}` : formatRange(lowMiB, highMiB);
  const size = takesLess ? 'decoding may take less with it' : `usually ${range}`;
  return `${name} is not counted yet: ${size}${decides ? ', which decides here' : ''}.`;
}

/** `lowMiB` is 0 where nothing more may come. */
function firstPictureInWords({ lowMiB, highMiB }: Extract<Note, { code: 'first-picture' }>): string {
  const range = lowMiB === 0 ? `up to ${formatMiB(highMiB)}` : formatRange(lowMiB, highMiB);
  return `Before the first picture: CUDA loads ${range} more with it.`;
}

function warningInWords(warning: EstimateWarning): string {
  switch (warning.code) {
    case 'adapts-to-free-memory':
      return (
        `Attention adapts to free memory: with what is free now it is cut into up to ${warning.slices} slices, ` +
        'and the peak moves with that.'
      );
    case 'slices-may-not-fit':
      return (
        'Just with what is free now the slices may find no room, though with a little more or less they do: it ' +
        'may run, or not.'
      );
    case 'token-count-does-not-divide':
      return (
        'At this size the number of tokens does not divide, so attention cannot be sliced and asks for far more ' +
        'memory.'
      );
    case 'driver-may-spill':
      return (
        `${warning.likely ? 'The peak reaches' : 'The peak may reach'} the edge of the card, where the drivers ` +
        'of Windows give out system RAM instead of refusing: ' +
        `${warning.likely ? 'expect it to be' : 'it would be'} many times slower. "Prefer No Sysmem Fallback" in ` +
        'the NVIDIA Control Panel (CUDA - Sysmem Fallback Policy) prevents that.'
      );
    case 'not-a-multiple-of-64':
      return `${formatSize(warning)} is not a multiple of 64: it may take somewhat more.`;
  }
}

/** The gravest note in a few words, for where all of them have no room; in the order of what they may cost. */
const GRAVEST: readonly (readonly [code: Note['code'], words: string])[] = [
  ['driver-may-spill', 'It may be many times slower.'],
  ['token-count-does-not-divide', 'Attention cannot be sliced at this size.'],
  ['unmeasured-upscaler', 'Its upscaler was not measured.'],
  ['similar', 'Measured on a similar set-up.'],
  ['imported', 'From imported runs.'],
  ['beyond', 'Beyond the sizes measured.'],
  ['smaller-hires', 'The hires target is smaller than the image.'],
];

/** Null where none is. */
export function gravestInWords(notes: readonly Note[]): string | null {
  const gravest = GRAVEST.find(([code]) => notes.some((note) => note.code === code));
  if (gravest !== undefined) return gravest[1];
  const addOn = notes.find(({ code }) => code === 'add-on-not-counted');
  if (addOn !== undefined) return noteInWords(addOn);
  const [finding] = notes.flatMap((note) => (note.code === 'finding' ? [findingTold(note.finding)[0]] : []));
  return finding ?? null;
}

/** "2.6 GiB to spare", "13 MiB short to 155 MiB spare", "900 MiB short". */
export function spareInWords({ verdict, marginMiB, required, usableMiB }: Estimated): string {
  if (verdict !== 'tight') return formatMargin(marginMiB);
  const leastMiB = Math.round(usableMiB - required.highMiB);
  const mostMiB = Math.round(usableMiB - required.lowMiB);
  if (leastMiB >= 0) return `${formatRange(leastMiB, mostMiB)} to spare`;
  if (mostMiB <= 0) return `${formatRange(-mostMiB, -leastMiB)} short`;
  return `${formatMiB(-leastMiB)} short to ${formatMiB(mostMiB)} spare`;
}

/**
 * What is told beside the margin where lately images took another amount than was estimated; null where they did not.
 */
export function latelyInWords({ drift }: Estimated): string | null {
  if (drift === null) return null;
  return `lately ${formatMiB(Math.abs(drift.meanMiB))} ${drift.meanMiB < 0 ? 'less' : 'more'} than estimated`;
}

/** What would surely fit instead; null where that is not asked. */
export function largestInWords({ verdict, largest }: Estimated): string | null {
  if (verdict === 'fits') return null;
  if (largest !== null) return `${formatSize(largest, largest.hires)} ${verdict === 'tight' ? 'is safe' : 'fits'}`;
  return verdict === 'tight' ? null : 'no size of this shape fits at this batch size';
}
