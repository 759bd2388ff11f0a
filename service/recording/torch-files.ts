/** What the hook in the program's Python processes has written of torch's counters: a file a process. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { jsonOf } from '../base/json.ts';
import { atMsSchema } from '../protocol/run.ts';
import { REST_MS, torchFactsSchema, torchSchema, type Line, type TorchLine } from './format.ts';

/** A day of one process. */
const MOST_FILE_BYTES = 64 * 1024 * 1024;
const MOST_FILES = 256;
/** Of lines that show nothing new one is kept each so long. */
const KEEP_EACH_MS = 1_000;

/** The hook tells the wall clock's time, for it does not know when the program was started. */
const hookLineSchema = z.discriminatedUnion('type', [
  torchSchema.omit({ afterMs: true, restMs: true }).extend({ atMs: atMsSchema }),
  torchFactsSchema,
]);
type Counters = Extract<z.infer<typeof hookLineSchema>, { type: 'torch' }>;

/** In order of time for each process. A line that was cut short as its process was killed is left out. */
export function readTorchFiles(folder: string, startedAtMs: number): Line[] {
  return filesIn(folder).flatMap((path) => {
    const lines = linesIn(path);
    const counters = lines.filter((line) => line.type === 'torch');
    const facts = lines.filter((line) => line.type === 'torch-facts');
    const devices = Map.groupBy(counters, ({ device }) => device);
    return [...facts, ...[...devices.values()].flatMap((of) => thinned(withRests(of, startedAtMs)))];
  });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
      .slice(0, MOST_FILES)
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).size <= MOST_FILE_BYTES);
  } catch {
    return [];
  }
}

function linesIn(path: string): z.infer<typeof hookLineSchema>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      const line = hookLineSchema.safeParse(jsonOf(text));
      return line.success ? [line.data] : [];
    });
}

function withRests(counters: readonly Counters[], startedAtMs: number): TorchLine[] {
  return counters.map(({ atMs, ...line }, at) => ({
    ...line,
    afterMs: Math.max(0, Math.round(atMs - startedAtMs)),
    restMs: Math.max(0, Math.round((counters[at + 1]?.atMs ?? atMs) - atMs)),
  }));
}

function thinned(lines: readonly TorchLine[]): TorchLine[] {
  let kept: TorchLine | null = null;
  return lines.filter((line, at) => {
    const isKept = at === lines.length - 1 || kept === null || tellsMore(line, kept);
    if (isKept) kept = line;
    return isKept;
  });
}

function tellsMore(line: TorchLine, kept: TorchLine): boolean {
  return (
    line.reservedPeakMiB > kept.reservedPeakMiB ||
    line.activePeakMiB > kept.activePeakMiB ||
    line.allocRetries > kept.allocRetries ||
    line.ooms > kept.ooms ||
    (line.restMs >= REST_MS && Math.abs(line.allocatedMiB - kept.allocatedMiB) >= 1) ||
    line.afterMs - kept.afterMs >= KEEP_EACH_MS
  );
}
