import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { BenchmarkDone, CardRecord, CaptureRecord, Meta, NeedRecord, PeakRecord, RunRecord } from '../records.ts';

/** One model's capture, sorted. MiB are of the process, weights included, unless a name says device. */
export interface Capture {
  readonly meta: Meta;
  readonly runs: readonly RunRecord[];
  readonly needs: readonly NeedRecord[];
  readonly cards: readonly CardRecord[];
  readonly peaks: readonly PeakRecord[];
  readonly benchmark: BenchmarkDone | null;
}

/** Null where nothing was measured. */
export function captureOf(records: readonly CaptureRecord[]): Capture | null {
  const of = <K extends CaptureRecord['kind']>(kind: K) =>
    records.filter((record): record is Extract<CaptureRecord, { kind: K }> => record.kind === kind);
  const meta = of('meta').at(-1);
  if (meta === undefined) return null;
  return {
    meta,
    runs: of('run'),
    needs: of('need'),
    cards: of('card'),
    peaks: of('peak'),
    benchmark: of('benchmark-done').at(-1) ?? null,
  };
}

type Cells = Readonly<Record<string, string | number | null | undefined>>;

/** A missing figure is an empty cell. */
export function csv(rows: readonly Cells[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: Cells[string]): string => (value === null || value === undefined ? '' : String(value));
  return `${[columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))].join('\n')}\n`;
}

/** The columns of data/vram-trace that say what was run. */
function settingsColumns({ operation, width, height, batchSize, hires }: GenerationSettings): Cells {
  const upscaler = operation === 'hires_latent' ? 'latent' : operation === 'hires_image' ? 'image' : '';
  return {
    op: hires === null ? operation : 'hires',
    width,
    height,
    batch: batchSize,
    hr_width: hires?.width ?? 0,
    hr_height: hires?.height ?? 0,
    hr_upscaler: upscaler,
  };
}

/** MiB above the weights, as in data/vram-trace; empty where either is not known. */
function above(staticMiB: number | null, mib: number | null | undefined): string {
  return mib === null || mib === undefined || staticMiB === null ? '' : (mib - staticMiB).toFixed(1);
}

/** What the fit learnt from, and what it left out. */
export function benchmarkRows({ meta, benchmark }: Capture): Cells[] {
  return (benchmark?.rows ?? []).map(
    ({ settings, capMiB, outcome, activePeakMiB, reservedPeakMiB, devicePeakMiB, durationMs, marks }) => ({
      ...settingsColumns(settings),
      active_mib: above(meta.staticMiB, activePeakMiB),
      reserved_mib: above(meta.staticMiB, reservedPeakMiB),
      cap_mib: above(meta.staticMiB, capMiB),
      outcome,
      device_peak_mib: devicePeakMiB,
      ms: durationMs?.toFixed(0),
      marks: marks.join(' '),
    }),
  );
}

/** Every run of the test set. */
export function runRows({ meta, runs, needs }: Capture): Cells[] {
  return runs
    .filter(({ part }) => part === 'generations')
    .map((run) => {
      const { told, seen, estimated } = run;
      const needMiB = needs.find(({ item }) => item === run.item)?.needMiB ?? null;
      return {
        ...settingsColumns(run.settings),
        active_mib: above(meta.staticMiB, told.torch?.activePeakMiB),
        reserved_mib: above(meta.staticMiB, told.torch?.reservedPeakMiB),
        need_mib: above(meta.staticMiB, needMiB),
        static_mib: meta.staticMiB,
        other_mib: seen?.otherMiB?.toFixed(0),
        device_peak_mib: seen?.peakMiB,
        samples: seen?.samples,
        outcome: told.outcome,
        retries: told.torch?.allocRetries,
        ms: told.durationMs.toFixed(0),
        verdict: estimated?.verdict,
        required_low_mib: estimated?.required.lowMiB,
        required_mib: estimated?.required.valueMiB,
        required_high_mib: estimated?.required.highMiB,
        peak_low_mib: estimated?.peak.lowMiB,
        peak_mib: estimated?.peak.valueMiB,
        peak_high_mib: estimated?.peak.highMiB,
        ...versionsOf(meta),
      };
    });
}

/** The runs whose need is known: what `npm run bench:accuracy -- --table` reads. */
export function needRows(capture: Capture): Cells[] {
  return runRows(capture).filter((row) => row['need_mib'] !== '');
}

/** torch's counters of each phase of each run. */
export function phaseRows({ meta, runs }: Capture): Cells[] {
  return runs
    .filter(({ part }) => part === 'generations')
    .flatMap(({ item, settings, told }) =>
      told.phases.map(({ phase, activePeakMiB, reservedPeakMiB, durationMs }) => ({
        item,
        phase,
        ...settingsColumns(settings),
        active_mib: above(meta.staticMiB, activePeakMiB),
        reserved_mib: above(meta.staticMiB, reservedPeakMiB),
        ms: durationMs.toFixed(0),
      })),
    );
}

export function cardRows({ cards }: Capture): Cells[] {
  return cards.map(({ cardGiB, settings, verdict, requiredMiB, outcome }) => ({
    card_gib: cardGiB,
    ...settingsColumns(settings),
    verdict,
    required_low_mib: requiredMiB.lowMiB.toFixed(0),
    required_mib: requiredMiB.valueMiB.toFixed(0),
    required_high_mib: requiredMiB.highMiB.toFixed(0),
    outcome,
  }));
}

export function peakRows({ peaks }: Capture): Cells[] {
  return peaks.map(({ intervalMs, settings, decodeMs, truthMiB, seenMiB, samples }) => ({
    interval_ms: intervalMs,
    op: settings.operation,
    width: settings.hires?.width ?? settings.width,
    height: settings.hires?.height ?? settings.height,
    batch: settings.batchSize,
    decode_ms: decodeMs.toFixed(0),
    samples,
    truth_mib: truthMiB.toFixed(0),
    seen_mib: seenMiB,
  }));
}

function versionsOf({ driverVersion, versions }: Meta): Cells {
  return {
    torch: versions['torch'],
    cuda: versions['cuda'],
    cudnn: versions['cudnn'],
    diffusers: versions['diffusers'],
    driver: driverVersion,
  };
}
