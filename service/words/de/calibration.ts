/** What is told of a calibration: what it rests on, what contradicts it, and what to do. */
import type { CalibrationState, Drift, FitFailure, NotReplayed, SimilarSetUp } from '../../protocol/calibration.ts';
import type { Contradictions } from '../../protocol/notice.ts';
import { formatMiB, runsInWords } from './amounts.ts';
import { inabilityTold } from './hosts.ts';
import type { Told } from '../told.ts';

const WHAT_TO_DO = 'Im Tab Headroom auf "Benchmark starten" klicken.';

export const BENCHMARK_RUNS: string = 'Der Benchmark läuft: Schätzungen gibt es, wenn er fertig ist.';

const NO_CHECKPOINT: Told = [
  'Noch ist kein Checkpoint geladen.',
  'Mit ihm kommt die Schätzung: warten, bis die WebUI einen geladen hat, oder ein Bild generieren.',
];

const FAILURES: Readonly<Record<FitFailure, Told>> = {
  'no-runs': ['In dieser Konfiguration wurde noch nichts gemessen.', WHAT_TO_DO],
  'all-runs-failed': [
    'Bei jedem Lauf bisher ging der Speicher aus.',
    'Speicher freigeben oder eine kleinere Bildgröße wählen und noch einmal auf "Benchmark starten" klicken.',
  ],
  'too-few-runs': ['Es gibt noch zu wenige Läufe.', WHAT_TO_DO],
  'needs-another-size': ['Alle Läufe bisher haben dieselbe Bildgröße.', WHAT_TO_DO],
  'needs-a-larger-batch': ['Alle Läufe bisher haben Batch-Größe 1.', WHAT_TO_DO],
  'no-known-networks': [
    'Die Attention richtet sich nach dem freien Speicher, und wie, ist bei diesem Netz unbekannt.',
    'Keine einzelne Zahl wäre richtig. Unter Settings > Optimizations eine andere Attention wählen, etwa sdp, und den ' +
      'Benchmark starten.',
  ],
  'figures-below-weights': [
    'Die gemessenen Spitzen liegen unter dem, was die Gewichte laut WebUI brauchen.',
    'Diese Läufe vergessen und noch einmal auf "Benchmark starten" klicken.',
  ],
};

/** What no replay follows, so that runs must tell it. */
const NOT_REPLAYED: Readonly<Record<NotReplayed, string>> = {
  'unknown-family': 'Die Netze dieses Checkpoints sind noch nicht bekannt: Erst muss gemessen werden.',
  'unknown-conditioning': 'Diese Art von Checkpoint (Depth, Instruct) muss erst gemessen werden.',
  'unknown-precision': 'Diese Genauigkeiten müssen erst gemessen werden.',
  'unknown-attention': 'Diese Attention muss erst gemessen werden.',
  'other-unet': 'Ein SD Unet ist gewählt (etwa TensorRT): Erst muss gemessen werden.',
  hypertile: 'Hypertile ist an: Was es spart, muss erst gemessen werden.',
  'token-merging': 'Token Merging ist an: Was es spart, muss erst gemessen werden.',
  'approximate-vae': 'Ein genähertes VAE (TAESD) ist gewählt: Erst muss gemessen werden.',
  'full-live-preview': 'Die Live-Vorschau ist voll: Was sie braucht, muss erst gemessen werden.',
  'other-allocator': 'Der Allocator von PyTorch ist anders eingestellt: Erst muss gemessen werden.',
  'other-weights': 'Der Checkpoint hat weniger Gewichte als seine Art: Erst muss gemessen werden.',
};

export function findingInWords(finding: CalibrationState['finding']): string {
  return findingTold(finding).join(' ');
}

export function findingTold(finding: CalibrationState['finding']): Told {
  switch (finding.code) {
    case 'unable':
      return inabilityTold(finding.why);
    case 'no-checkpoint':
      return NO_CHECKPOINT;
    case 'no-webui':
      return ['Die WebUI ist nicht verbunden: Nichts lässt sich messen.', 'Der Speicher wird laufend angezeigt.'];
    case 'benchmark-runs':
      return [BENCHMARK_RUNS];
    case 'not-fitted':
      return FAILURES[finding.reason];
    case 'not-replayed':
      return [NOT_REPLAYED[finding.why], WHAT_TO_DO];
    case 'unmeasured':
      return unmeasuredTold(finding.runs);
    case 'few':
      return [
        `Auf dieser Karte gemessen: ${runsInWords(finding.runs)}.`,
        'Alles andere ist aus dem berechnet, was von den Netzen des Checkpoints bekannt ist. Der Benchmark macht die ' +
          'Spannen enger.',
      ];
    case 'partial':
      return [`Kalibriert mit nur ${finding.runs} Läufen: Die Spannen sind weit.`, WHAT_TO_DO];
    case 'ready':
      return [`Kalibriert mit ${finding.runs} Läufen: Die Tabelle der Läufe sagt, welche zählen.`];
    case 'imported':
      return [
        `Kalibriert mit ${finding.imported} importierten Läufen und ${finding.own} von diesem Rechner: Die Spannen ` +
          'sind weit.',
        WHAT_TO_DO,
      ];
    case 'similar':
      return [
        'In dieser Konfiguration wurde noch nichts gemessen.',
        `Geschätzt wird aus einer ähnlichen, mit weiteren Spannen (seither ${similarInWords(finding.similar)}).`,
        WHAT_TO_DO,
      ];
  }
}

/** A run that was short of memory shows bounds alone. */
function unmeasuredTold(runs: number): Told {
  const networks =
    'Die Zahlen stützen sich auf das, was von den Netzen des Checkpoints bekannt ist, daher sind die Spannen weit.';
  if (runs === 0)
    return [
      'Berechnet, auf dieser Karte noch nicht gemessen.',
      `${networks} Das erste Bild macht sie enger, der Benchmark noch mehr.`,
    ];
  return [
    `Berechnet; ${runsInWords(runs)} hier ${runs === 1 ? 'setzt' : 'setzen'} nur Grenzen.`,
    `${networks} Ein Bild, das Speicher übrig lässt, macht sie enger, der Benchmark noch mehr.`,
  ];
}

/** In what it differs, as "torch 2.1.2 -> 2.3.0". */
export function similarInWords({ changes, imported }: SimilarSetUp): string {
  const words = changes.map(
    ({ name, before, after }) => `${name} ${before ?? 'nicht gesetzt'} -> ${after ?? 'nicht gesetzt'}`,
  );
  return [...words, ...(imported ? ['Läufe importiert'] : [])].join(', ');
}

/** Since the set-up changed, or since a time. */
export function driftInWords({ meanMiB, sinceMs, ranOut, similar }: Drift): string {
  const since =
    similar === null
      ? `${new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
      : similarInWords(similar);
  const more = ranOut ? ' und mehr, bis der Speicher ausging,' : '';
  const size = `${meanMiB > 0 ? '+' : '-'}${formatMiB(Math.abs(meanMiB))}${more}`;
  return `${size} gegenüber den Schätzungen seit ${since}: Benchmark noch einmal starten.`;
}

/** Of one contradiction at least. */
export function contradictionsInWords({ contradicted, looked }: Contradictions): string {
  if (contradicted === looked)
    return (
      'Die importierten Läufe dieser Konfiguration widersprechen dem, was hier gemessen wurde: Keiner zählt. Sie ' +
      'stammen vielleicht von einem anderen Rechner.'
    );
  const [contradict, count] = contradicted === 1 ? ['widerspricht', 'zählt'] : ['widersprechen', 'zählen'];
  return (
    `${contradicted} der importierten Läufe dieser Konfiguration ${contradict} dem, was hier gemessen wurde, und ` +
    `${count} nicht.`
  );
}

/** What the WebUI holds beyond the weights. */
export function leftBehindInWords(leftMiB: number): string {
  return (
    `Die WebUI hält ${formatMiB(leftMiB)} mehr als die Gewichte des Checkpoints, meist von einer gescheiterten ` +
    'Generierung. Python gibt das irgendwann frei; bis dahin haben Generierungen vielleicht so viel weniger. Ein Lauf ' +
    'des Benchmarks gibt es sofort frei.'
  );
}
