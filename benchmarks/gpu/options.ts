import { parseArgs } from 'node:util';

export const PARTS = ['smi', 'generations', 'required', 'small-cards', 'short-peaks'] as const;
export type Part = (typeof PARTS)[number];
export const MODELS = ['sd15', 'sdxl', 'toy'] as const;
export type Model = (typeof MODELS)[number];
const DEVICES = ['cuda', 'cpu', 'simulated'] as const;
export type Device = (typeof DEVICES)[number];

export interface Options {
  readonly out: string;
  readonly parts: readonly Part[];
  readonly model: Model;
  readonly device: Device;
  readonly cardGb: number;
  readonly python: string;
  /** After this nothing new is begun; the next call with the same folder goes on from there. */
  readonly minutes: number;
  /** Of the benchmark's form; null = what the sidecar proposes for the card. */
  readonly maxSizePx: number | null;
  readonly maxBatchSize: number | null;
  /** Random settings after the benchmark. */
  readonly tests: number;
  /** Settings whose smallest cap is searched for. */
  readonly needs: number;
  /** Settings for each of the small cards. */
  readonly capped: number;
  /** Generations for each polling interval. */
  readonly peaks: number;
  readonly publish: boolean;
  readonly pack: string | null;
}

const NAMES = [
  'out',
  'parts',
  'model',
  'device',
  'card-gb',
  'python',
  'minutes',
  'max-size',
  'max-batch',
  'tests',
  'needs',
  'capped',
  'peaks',
  'pack',
] as const;

export const USAGE = `npm run bench:gpu -- --out DIR [--parts ${PARTS.join(',')}] [--model ${MODELS.join('|')}] [--device ${DEVICES.join('|')}] [--python PATH]
                     [--minutes 20] [--max-size PX] [--max-batch N] [--tests 60] [--needs 20] [--capped 10] [--peaks 12] [--card-gb 8]
npm run bench:gpu -- --out DIR --publish     writes tables, fixtures and the report from what lies in DIR
npm run bench:gpu -- --pack FILE             writes this driver as one file, for a machine without node_modules`;

/** @throws with a text for people where an argument makes no sense. */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const known: Record<string, { type: 'string' | 'boolean' }> = {
    ...Object.fromEntries(NAMES.map((name) => [name, text])),
    publish: { type: 'boolean' },
  };
  const values: Record<string, unknown> = parseArgs({ args: [...args], options: known }).values;
  const said = (name: (typeof NAMES)[number]): string | null => {
    const value = values[name];
    return typeof value === 'string' ? value : null;
  };
  const number = (name: (typeof NAMES)[number], otherwise: number): number => positive(name, said(name)) ?? otherwise;
  if (said('out') === null && said('pack') === null) throw new Error('--out DIR is needed');
  return {
    out: said('out') ?? '',
    parts: (said('parts') ?? PARTS.join(',')).split(',').map((part) => oneOf('parts', part, PARTS)),
    model: oneOf('model', said('model') ?? 'sd15', MODELS),
    device: oneOf('device', said('device') ?? 'cuda', DEVICES),
    cardGb: number('card-gb', 8),
    python: said('python') ?? 'python3',
    minutes: number('minutes', 20),
    maxSizePx: positive('max-size', said('max-size')),
    maxBatchSize: positive('max-batch', said('max-batch')),
    tests: number('tests', 60),
    needs: number('needs', 20),
    capped: number('capped', 10),
    peaks: number('peaks', 12),
    publish: values['publish'] === true,
    pack: said('pack'),
  };
}

function positive(name: string, text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} needs a number above 0, not ${text}`);
  return value;
}

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text.trim());
  if (found === undefined) throw new Error(`--${name}: ${text} is none of ${known.join(', ')}`);
  return found;
}
