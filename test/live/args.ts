/** The command line of `npm run test:live`. */
import { parseArgs } from 'node:util';

export interface LiveOptions {
  /** Folder of an installed WebUI; null where none was given. */
  webuiDir: string | null;
  /** The WebUI's Python; null to look for its venv. */
  python: string | null;
  device: 'auto' | 'cpu' | 'cuda';
  /** What the five settings are drawn from; null for today's date. */
  seed: number | null;
  screenshotsDir: string | null;
  /** Leaves the temporary folder with its log behind. */
  keep: boolean;
  json: boolean;
}

export const USAGE = `npm run test:live -- --webui-dir DIR [--python PATH] [--device auto|cpu|cuda] [--seed N] [--screenshots DIR] [--keep] [--json]
  DIR is an installed AUTOMATIC1111 WebUI whose Python environment works. Its models, settings and images are left alone.`;

export type ParsedArgs = { ok: true; options: LiveOptions } | { ok: false; message: string };

const DEVICES = ['auto', 'cpu', 'cuda'] as const;

export function parseLiveArgs(args: readonly string[]): ParsedArgs {
  let values: ReturnType<typeof read>;
  try {
    values = read(args);
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  const device = DEVICES.find((name) => name === values.device);
  if (device === undefined)
    return { ok: false, message: `--device is one of ${DEVICES.join(', ')}, not ${values.device}` };
  if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed))
    return { ok: false, message: `--seed is a whole number of up to nine digits, not ${values.seed}` };
  return {
    ok: true,
    options: {
      webuiDir: values['webui-dir'] ?? null,
      python: values.python ?? null,
      device,
      seed: values.seed === undefined ? null : Number(values.seed),
      screenshotsDir: values.screenshots ?? null,
      keep: values.keep,
      json: values.json,
    },
  };
}

function read(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      'webui-dir': { type: 'string' },
      python: { type: 'string' },
      device: { type: 'string', default: 'auto' },
      seed: { type: 'string' },
      screenshots: { type: 'string' },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  }).values;
}
