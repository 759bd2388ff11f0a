/** What is told of benchmarks: how one goes and ended, and why one cannot be. */
import type { Doing, Ending, LeftOut, NotReached, Refusal } from '../../protocol/benchmark.ts';
import type { RunProblem } from '../../protocol/host.ts';
import type { Because } from '../../protocol/shim.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';
import { counted } from './amounts.ts';
import { findingInWords } from './calibration.ts';
import { inabilityInWords } from './hosts.ts';
import { OPERATION_NAMES } from './names.ts';
import { reasonInWords } from './sources.ts';

const KEPT = 'What was measured is kept, and it can go on from there.';
const MOST_OF_AN_ERROR = 300;
const MOST_OF_A_REASON = 200;

const RUNNING = {
  another: 'A benchmark is running already. Cancel it first, or wait until it has finished.',
  this: 'A benchmark is running already.',
  'a-change': 'A benchmark is running. Cancel it first.',
};

export function refusalInWords(refusal: Refusal): string {
  switch (refusal.code) {
    case 'running':
      return RUNNING[refusal.wanted];
    case 'no-webui':
      return 'The WebUI is not connected, so there is nothing to run a benchmark on.';
    case 'no-checkpoint':
      return findingInWords({ code: 'no-checkpoint' });
    case 'nothing-to-resume':
      return 'There is no benchmark to go on with under the set-up in force.';
    case 'nothing-to-discard':
      return 'There is no benchmark to discard.';
    case 'nothing-to-cancel':
      return 'No benchmark is running.';
    case 'running-elsewhere':
      return (
        'Another WebUI that shares this data folder runs a benchmark of the same set-up. Wait until it has ' +
        'ended, or cancel it there; one that was closed or has crashed is out of the way after ' +
        `${refusal.holdMs / 1000} seconds.`
      );
    case 'unable':
      return inabilityInWords(refusal.why);
    case 'no-figures':
      return (
        'A benchmark would serve nothing here: the memory of the device is not known. ' +
        `${reasonInWords(refusal.reason)}`
      );
    case 'too-soon':
      return (
        `${refusal.most} benchmarks were started within a minute. Try again in ` +
        `${Math.ceil(refusal.waitMs / 1000)} seconds.`
      );
    case 'only-the-webui-restarts':
      return 'Only the WebUI can restart the sidecar.';
  }
}

export function endingInWords(ending: Ending): string {
  switch (ending.code) {
    case 'cancelled':
      return `The benchmark was cancelled. ${KEPT}`;
    case 'interrupted':
      return `The WebUI's Interrupt stopped the benchmark. ${KEPT}`;
    case 'host-gone':
      return `The WebUI went away in mid-benchmark. ${KEPT}`;
    case 'key-changed':
      return (
        'The checkpoint or a setting that moves memory use changed in mid-benchmark, so it was stopped. The runs ' +
        'so far stay with the earlier set-up: change back to go on.'
      );
    case 'lost':
      return (
        'Another WebUI that shares this data folder took the benchmark over or forgot its runs, so it was ' +
        'stopped here.'
      );
    case 'cut-off':
      return ending.kept
        ? `The sidecar stopped in the middle of the benchmark. ${KEPT}`
        : 'The sidecar stopped in the middle of the benchmark, before any run of it was over. Start it again.';
    case 'too-long':
      return (
        `A run did not end within ${Math.round(ending.limitMs / 60_000)} minutes, so the benchmark was stopped. ` +
        "What was measured is kept; look at the WebUI's console, then resume."
      );
    case 'failed-runs':
      return (
        `The WebUI could not generate, ${ending.count} times in a row: ` +
        `${problemInWords(ending.problem).slice(0, MOST_OF_AN_ERROR)}${keptOf(ending)}`
      );
    case 'refused':
      return `The WebUI could not run the benchmark: ${problemInWords(ending.problem)}${keptOf(ending)}`;
    case 'finished':
      return finishedInWords(ending);
  }
}

function keptOf({ kept }: { readonly kept: boolean }): string {
  return kept ? ` ${KEPT}` : '';
}

type Finished = Extract<Ending, { code: 'finished' }>;

const FINISHED: Readonly<Record<Finished['why'], (runs: string, were: string) => string>> = {
  'all-runs': (runs) => `The benchmark has finished: ${runs} after the warm-up.`,
  enough: (runs, were) =>
    `The benchmark has finished: ${runs} after the warm-up ${were} enough. The checkpoint's networks are known, ` +
    'and what was run is as it was worked out: more would change no verdict near the edge.',
  probe: (runs) => `This card was measured: ${runs}.`,
};

function finishedInWords({ why, runs, marked, leftOut, notReached }: Finished): string {
  const aside =
    marked === 0
      ? []
      : [
          `${marked} of them ${marked === 1 ? 'was' : 'were'} left out, because something else used the device ` +
            'meanwhile; the table of runs says which.',
        ];
  return [
    FINISHED[why](counted(runs, 'run'), runs === 1 ? 'was' : 'were'),
    ...aside,
    ...leftOut.map(leftOutInWords),
    ...(notReached === null ? [] : [notReachedInWords(notReached)]),
  ].join(' ');
}

function leftOutInWords({ what, problem }: LeftOut): string {
  const lacking =
    what === 'caps'
      ? 'The memory of a run cannot be capped here, so what is required is known less well'
      : `${OPERATION_NAMES[what]}: could not be run and was left out`;
  return `${lacking} (${problemInWords(problem).slice(0, MOST_OF_A_REASON).replace(/\.$/, '')}).`;
}

function notReachedInWords({ asked: { maxSizePx, maxBatchSize }, most }: NotReached): string {
  const asked = `${maxSizePx} x ${maxSizePx} with batch size ${maxBatchSize}`;
  return (
    `${asked} was not reached, most likely because the device has not the memory: the largest run was ` +
    `${sizeInWords(most)}, and estimates beyond it are marked so.`
  );
}

function sizeInWords({ width, height, batchSize, hires }: GenerationSettings): string {
  return `${hires?.width ?? width} x ${hires?.height ?? height} with batch size ${batchSize}`;
}

function problemInWords(problem: RunProblem): string {
  switch (problem.code) {
    case 'told':
      return problem.text ?? 'no reason given';
    case 'refused':
      return refusedInWords(problem.because, problem.detail);
    case 'hires-target':
      return "The WebUI's hires fix cannot arrive at this target size.";
    case 'not-with-inpainting':
      return `This WebUI cannot run ${OPERATION_NAMES[problem.operation]} with an inpainting checkpoint.`;
    case 'no-upscaler': {
      const { upscaler, operation } = problem;
      return (
        `This WebUI has no upscaler ${upscaler === null ? '' : `"${upscaler}" `}for ` + `${OPERATION_NAMES[operation]}.`
      );
    }
  }
}

function refusedInWords(because: Because, detail: string | null): string {
  switch (because) {
    case 'busy':
      return 'The WebUI is generating.';
    case 'no-model':
      return 'No checkpoint is loaded. Choose one in the WebUI, or generate one image.';
    case 'no-processing':
      return 'This WebUI has no queue or no processing module that Headroom knows.';
    case 'no-counters':
      return "PyTorch cannot cap the memory of this WebUI's device.";
    case 'cap-refused':
      return `PyTorch refuses the cap: ${detail ?? 'no reason given'}`;
    case 'cancelled':
      return 'The run was cancelled before it began.';
    case 'interrupted':
      return 'Interrupt was pressed in the WebUI.';
    case 'shim-failed':
      return `${detail ?? 'An error'} in the shim`;
  }
}

export function doingInWords(doing: Doing): string {
  switch (doing.code) {
    case 'warming-up':
      return 'The first run loads libraries and is not counted.';
    case 'running':
      return doing.leftOut.map(leftOutInWords).join(' ');
    case 'stopping':
      return 'Stopping after the step in hand.';
    case 'waiting':
      return 'Waiting for the WebUI to finish what it is doing.';
    case 'planning':
      return '';
  }
}
