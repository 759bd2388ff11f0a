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
      return ['Die WebUI hat noch nicht gesagt, worauf sie rechnet.', 'Das dauert nach dem Start einen Moment.'];
    case 'benchmark-runs':
      return [BENCHMARK_RUNS];
    case 'no-idle-reading':
      return ['Warten auf einen Messwert des Geräts, während die WebUI nichts tut.'];
    case 'finding':
      return [...findingTold(why.finding), ...why.unsliceable.map(unsliceableInWords)];
    case 'no-reading':
      return why.remark === null
        ? ['Der Speicher des Geräts lässt sich zurzeit nicht auslesen.']
        : remarkTold(why.remark);
    case 'unmatched':
      return unmatchedTold(why.unmatched);
  }
}

function unsliceableInWords(size: Readonly<Record<'width' | 'height', number>>): string {
  return `Bei ${formatSize(size)} lässt sich die Attention vielleicht nicht zerlegen und verlangt weit mehr Speicher.`;
}

const SIZES = {
  image: 'Die Bildgröße',
  'hires-target': 'Die Zielgröße von Hires fix',
  'uncropped-hires-target': 'Die Zielgröße von Hires fix vor dem Zuschnitt',
};

function problemInWords(problem: SettingsProblem): string {
  switch (problem.code) {
    case 'no-batch':
      return 'Die Batch-Größe ist 0: auf 1 oder mehr stellen.';
    case 'batch-too-large':
      return `Batch-Größe ${problem.batchSize} ist mehr, als sich schätzen lässt (${problem.most}).`;
    case 'no-hires-target':
      return 'Hires fix ist an, aber die Zielgröße ist noch nicht bekannt.';
    case 'size-too-small':
      return (
        `${SIZES[problem.size]} ${formatSize(problem)} ist zu klein: Unter ${problem.limitPx} Pixeln lässt sich ` +
        'nichts generieren.'
      );
    case 'size-too-large':
      return (
        `${SIZES[problem.size]} ${formatSize(problem)} ist mehr, als sich schätzen lässt ` +
        `(${problem.limitPx} Pixel je Seite).`
      );
    case 'too-small':
      return 'Diese Einstellungen lassen sich nicht schätzen: Die Größe ist zu klein.';
    case 'not-with-inpainting':
      return (
        'Mit einem Inpainting-Checkpoint kann die WebUI Latents nicht vergrößern: Nach dem ersten Durchgang bricht ' +
        'sie mit einem Fehler ab. Einen Upscaler für Bilder wählen.'
      );
    case 'unfit':
      return 'Diese Einstellungen lassen sich nicht schätzen: Eine Zielgröße gehört zu Hires fix und zu nichts sonst.';
  }
}

/** Null where there is nothing to say. */
export function notesInWords(notes: readonly Note[]): string | null {
  return notes.length === 0 ? null : notes.map(noteInWords).join(' ');
}

function noteInWords(note: Note): string {
  switch (note.code) {
    case 'edge-inside':
      return 'Die Grenze der Karte liegt in der Spanne: Es kann gelingen oder nicht.';
    case 'beyond':
      return 'Größer als alles Gemessene, daher ist die Spanne weiter.';
    case 'similar':
      return (
        'Diese Konfiguration wurde nicht gemessen; die gemessene weicht ab ' +
        `(${similarInWords(note.similar)}), daher ist die Spanne weiter.`
      );
    case 'imported':
      return (
        'Grundlage sind importierte Läufe, denn hier wurde zu wenig gemessen: Die Spanne ist weiter. Den Benchmark ' +
        'starten.'
      );
    case 'finding':
      return findingInWords(note.finding);
    case 'unmeasured-upscaler':
      return (
        `Der Upscaler ${note.upscaler} wurde nicht gemessen: Einer mit eigenem Netz kann mehr brauchen. Das erste ` +
        'Bild mit ihm zeigt es.'
      );
    case 'smaller-hires':
      return 'Die Zielgröße von Hires fix ist kleiner als das Bild.';
    case 'add-ons-counted':
      return (
        `${addOnsInWords(note.names)} ist mitgezählt: ${addedInWords(note.addedMiB)}, gemessen in ` +
        `${counted(note.runs, 'Lauf', 'Läufen')}.`
      );
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
  return addedMiB < 0 ? `${formatMiB(-addedMiB)} weniger` : formatMiB(addedMiB);
}

function notCountedInWords({ names, usual, decides }: Extract<Note, { code: 'add-on-not-counted' }>): string {
  const name = addOnsInWords(names);
  if (usual === null) return `${name} ist nicht mitgezählt: Was es braucht, ist unbekannt.`;
  const { lowMiB, highMiB, takesLess } = usual;
  const range = lowMiB === 0 ? `bis zu ${formatMiB(highMiB)}` : formatRange(lowMiB, highMiB);
  const size = takesLess ? 'Das Dekodieren braucht damit vielleicht weniger' : `meist ${range}`;
  return `${name} ist noch nicht mitgezählt: ${size}${decides ? ', und das entscheidet hier' : ''}.`;
}

/** `lowMiB` is 0 where nothing more may come. */
function firstPictureInWords({ lowMiB, highMiB }: Extract<Note, { code: 'first-picture' }>): string {
  const range = lowMiB === 0 ? `bis zu ${formatMiB(highMiB)}` : formatRange(lowMiB, highMiB);
  return `Vor dem ersten Bild: CUDA lädt damit noch ${range} dazu.`;
}

function warningInWords(warning: EstimateWarning): string {
  switch (warning.code) {
    case 'adapts-to-free-memory':
      return (
        'Die Attention richtet sich nach dem freien Speicher: Mit dem, was jetzt frei ist, rechnet sie in bis zu ' +
        `${warning.slices} Stücken, und die Spitze ändert sich damit.`
      );
    case 'slices-may-not-fit':
      return (
        'Genau mit dem, was jetzt frei ist, finden die Stücke vielleicht keinen Platz, mit etwas mehr oder weniger ' +
        'schon: Es kann gelingen oder nicht.'
      );
    case 'token-count-does-not-divide':
      return (
        'Bei dieser Größe geht die Zahl der Tokens nicht auf, daher lässt sich die Attention nicht zerlegen und ' +
        'verlangt weit mehr Speicher.'
      );
    case 'driver-may-spill':
      return (
        `${warning.likely ? 'Die Spitze erreicht' : 'Die Spitze erreicht vielleicht'} die Grenze der Karte, wo die ` +
        'Treiber von Windows System-RAM vergeben, statt abzulehnen: Es ' +
        `${warning.likely ? 'wird' : 'würde'} um ein Vielfaches langsamer. "Prefer No Sysmem Fallback" in der ` +
        'NVIDIA-Systemsteuerung (CUDA - Sysmem Fallback Policy) verhindert das.'
      );
    case 'not-a-multiple-of-64':
      return `${formatSize(warning)} ist kein Vielfaches von 64: Es kann etwas mehr brauchen.`;
  }
}

/** The gravest note in a few words, for where all of them have no room; in the order of what they may cost. */
const GRAVEST: readonly (readonly [code: Note['code'], words: string])[] = [
  ['driver-may-spill', 'Es kann um ein Vielfaches langsamer sein.'],
  ['token-count-does-not-divide', 'Bei dieser Größe lässt sich die Attention nicht zerlegen.'],
  ['unmeasured-upscaler', 'Der Upscaler wurde nicht gemessen.'],
  ['similar', 'An einer ähnlichen Konfiguration gemessen.'],
  ['imported', 'Aus importierten Läufen.'],
  ['beyond', 'Größer als alles Gemessene.'],
  ['smaller-hires', 'Die Zielgröße von Hires fix ist kleiner als das Bild.'],
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

/** "2,6 GiB übrig", "13 MiB zu wenig bis 155 MiB übrig", "900 MiB zu wenig". */
export function spareInWords({ verdict, marginMiB, required, usableMiB }: Estimated): string {
  if (verdict !== 'tight') return formatMargin(marginMiB);
  const leastMiB = Math.round(usableMiB - required.highMiB);
  const mostMiB = Math.round(usableMiB - required.lowMiB);
  if (leastMiB >= 0) return `${formatRange(leastMiB, mostMiB)} übrig`;
  if (mostMiB <= 0) return `${formatRange(-mostMiB, -leastMiB)} zu wenig`;
  return `${formatMiB(-leastMiB)} zu wenig bis ${formatMiB(mostMiB)} übrig`;
}

/**
 * What is told beside the margin where lately images took another amount than was estimated; null where they did not.
 */
export function latelyInWords({ drift }: Estimated): string | null {
  if (drift === null) return null;
  return `zuletzt ${formatMiB(Math.abs(drift.meanMiB))} ${drift.meanMiB < 0 ? 'weniger' : 'mehr'} als geschätzt`;
}

/** What would surely fit instead; null where that is not asked. */
export function largestInWords({ verdict, largest }: Estimated): string | null {
  if (verdict === 'fits') return null;
  if (largest !== null)
    return `${formatSize(largest, largest.hires)} ${verdict === 'tight' ? 'passt sicher' : 'passt'}`;
  return verdict === 'tight' ? null : 'keine Größe dieses Formats passt bei dieser Batch-Größe';
}
