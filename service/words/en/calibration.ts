/** What is told of a calibration: what it rests on, what contradicts it, and what to do. */
import type { CalibrationState, Drift, FitFailure, NotReplayed, SimilarSetUp } from '../../protocol/calibration.ts';
import type { Contradictions } from '../../protocol/notice.ts';
import { counted, formatMiB } from './amounts.ts';
import { inabilityTold } from './hosts.ts';
import type { Told } from '../told.ts';

const WHAT_TO_DO = 'Press Run Benchmark in the Headroom tab.';

export const BENCHMARK_RUNS: string = 'The benchmark is running: estimates come once it is done.';

const NO_CHECKPOINT: Told = [
  'No checkpoint is loaded yet.',
  'The estimate comes with it: wait until the WebUI has loaded one, or generate a picture.',
];

const FAILURES: Readonly<Record<FitFailure, Told>> = {
  'no-runs': ['Nothing was measured on this set-up yet.', WHAT_TO_DO],
  'all-runs-failed': [
    'Every run so far ran out of memory.',
    'Free some memory, or choose a smaller image size, and press Run Benchmark again.',
  ],
  'too-few-runs': ['There are too few runs yet.', WHAT_TO_DO],
  'needs-another-size': ['All runs so far have one image size.', WHAT_TO_DO],
  'needs-a-larger-batch': ['All runs so far have batch size 1.', WHAT_TO_DO],
  'no-known-networks': [
    'Attention is cut to fit the memory that is free, and how is not known of this network.',
    'No single figure would be true. Choose another attention, as sdp, under Settings > Optimizations, and run the ' +
      'benchmark.',
  ],
  'figures-below-weights': [
    'The measured peaks are below what the WebUI says its weights take.',
    'Forget these runs and press Run Benchmark again.',
  ],
};

/** What no replay follows, so that runs must tell it. */
const NOT_REPLAYED: Readonly<Record<NotReplayed, string>> = {
  'unknown-family': 'The networks of this checkpoint are not known yet: they must be measured.',
  'unknown-conditioning': 'This kind of checkpoint (depth, instruct) must be measured first.',
  'unknown-precision': 'These precisions must be measured first.',
  'unknown-attention': 'This attention must be measured first.',
  'other-unet': 'An SD Unet is chosen (TensorRT, say): it must be measured first.',
  hypertile: 'Hypertile is on: what it saves must be measured first.',
  'token-merging': 'Token merging is on: what it saves must be measured first.',
  'approximate-vae': 'An approximate VAE (TAESD) is chosen: it must be measured first.',
  'full-live-preview': 'Live previews are full ones: what they take must be measured first.',
  'other-allocator': "PyTorch's allocator is set otherwise: it must be measured first.",
  'other-weights': 'The checkpoint has fewer weights than its kind: it must be measured first.',
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
      return ['The WebUI is not connected: nothing can be measured.', 'Live memory is shown.'];
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
        `Measured on this card: ${counted(finding.runs, 'run')}.`,
        "All else is worked out from what is known of the checkpoint's networks. The benchmark narrows the intervals.",
      ];
    case 'partial':
      return [`Calibrated from ${finding.runs} runs only: the intervals are wide.`, WHAT_TO_DO];
    case 'ready':
      return [`Calibrated from ${finding.runs} runs: the table of runs says which count.`];
    case 'imported':
      return [
        `Calibrated from ${finding.imported} imported runs and ${finding.own} of this machine: the intervals are wide.`,
        WHAT_TO_DO,
      ];
    case 'similar':
      return [
        'Nothing was measured on this set-up yet.',
        'Estimates come from a similar one, with wider intervals (since then ' + `${similarInWords(finding.similar)}).`,
        WHAT_TO_DO,
      ];
  }
}

/** A run that was short of memory shows bounds alone. */
function unmeasuredTold(runs: number): Told {
  const networks = "The figures rest on what is known of the checkpoint's networks, so the intervals are wide.";
  if (runs === 0)
    return [
      'Worked out, not yet measured on this card.',
      `${networks} The first picture narrows them, the benchmark more.`,
    ];
  return [
    `Worked out; ${counted(runs, 'run')} here ${runs === 1 ? 'gives' : 'give'} bounds only.`,
    `${networks} A picture with memory to spare narrows them, the benchmark more.`,
  ];
}

/** In what it differs, as "torch 2.1.2 -> 2.3.0". */
export function similarInWords({ changes, imported }: SimilarSetUp): string {
  const words = changes.map(({ name, before, after }) => `${name} ${before ?? 'not set'} -> ${after ?? 'not set'}`);
  return [...words, ...(imported ? ['its runs imported'] : [])].join(', ');
}

/** Since the set-up changed, or since a time. */
export function driftInWords({ meanMiB, sinceMs, ranOut, similar }: Drift): string {
  const since =
    similar === null
      ? `${new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
      : similarInWords(similar);
  const size = `${meanMiB > 0 ? '+' : '-'}${formatMiB(Math.abs(meanMiB))}${ranOut ? ' and more, out of memory,' : ''}`;
  return `${size} against the estimates since ${since}: run the benchmark again.`;
}

/** Of one contradiction at least. */
export function contradictionsInWords({ contradicted, looked }: Contradictions): string {
  if (contradicted === looked)
    return (
      'The imported runs of this set-up contradict what was measured here: none of them counts. They may be of ' +
      'another machine.'
    );
  const [contradict, count] = contradicted === 1 ? ['contradicts', 'does'] : ['contradict', 'do'];
  return (
    `${contradicted} of the imported runs of this set-up ${contradict} what was measured here, and ${count} not ` +
    'count.'
  );
}

/** What the WebUI holds beyond the weights. */
export function leftBehindInWords(leftMiB: number): string {
  return (
    `The WebUI holds ${formatMiB(leftMiB)} more than the checkpoint's weights, mostly of a generation that ` +
    'failed. Python frees it at some later time; until then generations may have that much less. A benchmark run ' +
    'frees it at once.'
  );
}
