/** Idle memory as steps from one like run to the next. */
import type { Circumstance } from '../protocol/leak.ts';
import type { Figure, IdleSample } from './sample.ts';

/** By how much more was held after a run than before it. */
export interface Step {
  readonly startedAtMs: number;
  readonly growthMiB: number;
  readonly circumstances: readonly Circumstance[];
}

/** What a checkpoint's weights take decides these, so only figures of one checkpoint compare. */
const OF_CHECKPOINT: readonly Figure[] = ['torch', 'ram'];

/**
 * The first run of its kind with a checkpoint loads what stays (an upscaler, a ControlNet, workspaces): it is no like
 * run, and its step is left out. So is one in RAM of more pixels than any before, for a process keeps what it touched.
 */
export function stepsOf(samples: readonly IdleSample[], figure: Figure): Step[] {
  const before = new Map<string | null, { readonly mib: number; readonly at: number }>();
  const seen = new Set<string>();
  const mostPixels = new Map<string | null, number>();
  const steps: Step[] = [];
  samples.forEach((sample, at) => {
    const mib = sample.held[figure];
    const group = OF_CHECKPOINT.includes(figure) ? sample.loaded : null;
    const kind = JSON.stringify([group, kindOf(sample)]);
    const pixels = pixelsOf(sample);
    const isLike = seen.has(kind) && (figure !== 'ram' || pixels <= (mostPixels.get(group) ?? 0));
    seen.add(kind);
    mostPixels.set(group, Math.max(pixels, mostPixels.get(group) ?? 0));
    if (mib === null) return;
    const last = before.get(group);
    before.set(group, { mib, at });
    if (last === undefined || !isLike) return;
    const since = samples.slice(last.at + 1, at + 1);
    steps.push({
      startedAtMs: sample.startedAtMs,
      growthMiB: mib - last.mib,
      circumstances: circumstancesOf(since, samples[last.at]),
    });
  });
  return steps;
}

function kindOf({ settings, extras }: IdleSample): readonly unknown[] {
  return [settings.operation, settings.hires?.upscaler ?? null, extras.map(nameOf).sort()];
}

function pixelsOf({ settings }: IdleSample): number {
  const { width, height, batchSize, hires } = settings;
  return batchSize * Math.max(width * height, hires === null ? 0 : hires.width * hires.height);
}

/** `lora: 2` without its count. */
function nameOf(extra: string): string {
  return extra.replace(/: \d+$/, '');
}

/** Of the runs behind `last` up to the one that the step leads to. */
function circumstancesOf(runs: readonly IdleSample[], last: IdleSample | undefined): Circumstance[] {
  const switched = runs.some(({ loaded }) => loaded !== last?.loaded);
  const outcomes = new Set(runs.map(({ outcome }) => outcome));
  const extras = new Set(runs.flatMap((run) => run.extras.map(nameOf)));
  return [
    ...(switched ? [{ code: 'checkpoint' } as const] : []),
    ...(outcomes.has('oom') ? [{ code: 'out-of-memory' } as const] : []),
    ...(outcomes.has('interrupted') ? [{ code: 'interrupted' } as const] : []),
    ...(outcomes.has('failed') ? [{ code: 'failed' } as const] : []),
    ...[...extras].map((extra) => ({ code: 'extra', extra }) as const),
  ];
}
