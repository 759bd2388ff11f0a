import { fileNameOf } from '../base/file-name.ts';
import type { Result } from '../base/result.ts';
import * as words from '../words/index.ts';
import { readArgs, type OptionKinds } from './args.ts';

export interface RecordRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly out: string;
  readonly force: boolean;
  readonly intervalMs: number;
  /** As a person names it; null: all that there are. */
  readonly device: string | null;
  readonly hook: boolean;
  readonly quiet: boolean;
  readonly nvidiaSmi: string | null;
}

export const RECORD_OPTIONS = {
  out: 'FILE',
  force: null,
  'interval-ms': 'N',
  device: 'ID',
  hook: null,
  quiet: null,
  'nvidia-smi': 'FILE',
} satisfies OptionKinds;

/** nvidia-smi costs more than it tells below, and its readings would be stale above. */
const INTERVAL_MS = { least: 20, usual: 100, most: 1_500 };

/** All behind the first `--` is the program's: nothing in there is an option of ours. */
export function readRecordArgs(args: readonly string[], nowMs: number): Result<RecordRequest, string> {
  const end = args.indexOf('--');
  const parsed = readArgs(end < 0 ? args : args.slice(0, end), RECORD_OPTIONS);
  if (!parsed.ok) return { ok: false, reason: words.behindTwoHyphensInWords(words.mistakeInWords(parsed.reason)) };
  const [command, ...rest] = end < 0 ? [] : args.slice(end + 1);
  if (command === undefined || command === '') return { ok: false, reason: words.RECORD_NEEDS_A_PROGRAM };
  const { text, flag } = parsed.value;
  const interval = text('interval-ms') ?? String(INTERVAL_MS.usual);
  const intervalMs = /^\d{1,5}$/.test(interval) ? Number(interval) : 0;
  if (intervalMs < INTERVAL_MS.least || intervalMs > INTERVAL_MS.most)
    return { ok: false, reason: words.intervalInWords(INTERVAL_MS.least, INTERVAL_MS.most) };
  return {
    ok: true,
    value: {
      command,
      args: rest,
      out: text('out') ?? defaultName(command, nowMs),
      force: flag('force'),
      intervalMs,
      device: text('device'),
      hook: flag('hook'),
      quiet: flag('quiet'),
      nvidiaSmi: text('nvidia-smi'),
    },
  };
}

/** In the folder that the person is in, so that it is found. */
function defaultName(command: string, nowMs: number): string {
  const at = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `headroom-${programName(command).replaceAll(/[^\w.-]/g, '_')}-${at}.ndjson`;
}

export function programName(command: string): string {
  return fileNameOf(command)
    .replace(/\.(exe|cmd|bat)$/i, '')
    .slice(0, 100);
}
