/** One generation as it goes on: from the shim's marks to what the sidecar's stages hear of it. */
import type { Environment, HostMessage, RunOrder, RunStarted } from '../protocol/host.ts';
import type { Outcome, TorchPeaks } from '../protocol/run.ts';
import type { Report, ShimMessage } from '../protocol/shim.ts';
import { countedFrom, nowOf, overRun, withPeaks, type Counted } from './counters.ts';
import type { Generation, Host } from './host.ts';
import { outOfMemory } from './out-of-memory.ts';
import { RESCUED_AT } from './rescue.ts';
import { atEnd, atMark, FIRST, type Ended, type Mark, type Phases } from './phases.ts';

type Begun = Extract<ShimMessage, { type: 'run-started' }>;

/** Who generates, and what was reported of it last. */
export interface Live {
  readonly host: Host;
  readonly report: Report;
  readonly environment: Environment;
}

export interface Run {
  readonly begun: Begun;
  /** null where the person generates. */
  readonly order: RunOrder | null;
  /** What it is to be told with; a person's own is not told before enough is known of it. */
  readonly known: Generation | null;
  /** Since it began; null while it was not told. */
  readonly toldAtMs: number | null;
  readonly phases: Phases;
  readonly counted: Counted;
  /** What ended before the run was told. */
  readonly waiting: readonly HostMessage[];
}

export interface Step {
  readonly run: Run;
  readonly messages: readonly HostMessage[];
}

export function beginRun(begun: Begun, order: RunOrder | null, { environment }: Live): Step {
  const counted = countedFrom(begun.torch);
  const run: Run = { begun, order, known: null, toldAtMs: null, phases: FIRST, counted, waiting: [] };
  if (order === null) return { run, messages: [] };
  const { condUncondBatched } = environment.traits;
  return tell(run, { settings: order.settings, condUncondBatched, extras: [] }, 0);
}

/**
 * A person's own is told with its first work on pictures: when it samples the target of hires fix is known, and how its
 * prompts are batched. img2img encodes before.
 */
export function markRun(before: Run, mark: Mark, { host, report, environment }: Live): Step {
  const known = (mark.company === null ? null : host.generationOf(mark, report, environment)) ?? before.known;
  const { phases, ended } = atMark(before.phases, mark, host.phaseOf(mark));
  const counted = withPeaks(before.counted, mark.torch);
  const isWork = phases.phase !== 'start' && phases.phase !== null;
  const begins = before.toldAtMs === null && known !== null && isWork;
  const { run, messages } = begins ? tell(before, known, mark.afterMs) : { run: { ...before, known }, messages: [] };
  const { runId } = mark;
  const phase: HostMessage[] = [
    ...(ended === null ? [] : [{ type: 'run-phase' as const, runId, counters: ended }]),
    ...(mark.at === RESCUED_AT ? [{ type: 'run-rescued' as const, runId }] : []),
  ];
  return run.toldAtMs === null
    ? { run: { ...run, phases, counted, waiting: [...run.waiting, ...phase] }, messages }
    : { run: { ...run, phases, counted }, messages: [...messages, ...phase] };
}

/** One that was never told is told whole where it ran out of memory, and else not at all. */
export function endRun(before: Run, ended: Ended, { environment }: Live): readonly HostMessage[] {
  const torch = overRun(before.counted, ended.torch);
  const outcome = outcomeOf(ended, torch, before.order !== null, environment);
  const untold = before.toldAtMs === null;
  if (untold && (outcome !== 'oom' || before.known === null)) return [];
  const { run, messages } =
    untold && before.known !== null ? tell(before, before.known, 0) : { run: before, messages: [] };
  const last = atEnd(run.phases, ended);
  const { runId, error } = ended;
  const durationMs = Math.max(0, ended.afterMs - (run.toldAtMs ?? 0));
  return [
    ...messages,
    ...(last === null ? [] : [{ type: 'run-phase' as const, runId, counters: last }]),
    { type: 'run-ended', runId, outcome, torch, durationMs, error },
  ];
}

function tell(run: Run, generation: Generation, atMs: number): Step {
  const { begun, order } = run;
  const started: RunStarted = {
    ...begun,
    torch: nowOf(begun.torch),
    origin: order?.origin ?? 'ordinary',
    capMiB: order?.capMiB ?? null,
    ...generation,
  };
  return { run: { ...run, toldAtMs: atMs, waiting: [] }, messages: [started, ...run.waiting] };
}

/**
 * Attention that slices to fit, and CUDA's own libraries, run out of memory without torch's allocator counting it;
 * where what a person's generation raised was not seen (a fork without the function that is watched), torch's count
 * tells.
 */
function outcomeOf(
  { returned, stopFlags, errorSigns }: Ended,
  torch: TorchPeaks | null,
  ours: boolean,
  { device }: Environment,
): Outcome {
  const whose = outOfMemory(errorSigns);
  const ranOut = whose === 'device' || (whose === 'host' && device.backend === 'cpu');
  if (!returned && (ranOut || (!ours && (torch?.ooms ?? 0) > 0))) return 'oom';
  // "Stop after the current picture" leaves a person's own whole, and may cut one of ours short.
  const stopped = stopFlags.some((flag) => ours || flag !== 'stopping_generation');
  if (stopped && (ours || returned)) return 'interrupted';
  return returned ? 'ok' : 'failed';
}
