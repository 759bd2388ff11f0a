/**
 * Texts as people paste them, against what they say. `errors.ndjson` holds the errors' own lines from public threads,
 * with the figures written down beside each; nothing in it was read back from a parser.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ErrorReading } from '../../../service/explain/kinds.ts';
import { readError } from '../../../service/explain/read.ts';

const FOLDER = new URL('../../fixtures/explain/', import.meta.url);
const FIGURES = ['triedMiB', 'totalMiB', 'freeMiB', 'allocatedMiB', 'reservedMiB', 'capMiB', 'processMiB'] as const;

type Expected = Pick<ErrorReading, 'kind'> & { -readonly [Name in keyof ErrorReading]?: ErrorReading[Name] };

interface Case {
  readonly text: string;
  /** What is not named was not written down. */
  readonly expected: Expected;
}

function linesOf<Line>(file: string): Line[] {
  return readFileSync(new URL(file, FOLDER), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function read(text: string): ErrorReading {
  const result = readError(text);
  if (!result.ok) throw new Error(`not read: ${text}`);
  return result.value;
}

/** Figures to a millionth: sums of what was printed. */
function expectRead(text: string, { expected }: Case): void {
  const reading = read(text);
  for (const name of FIGURES) {
    const figure = expected[name];
    if (typeof figure === 'number') expect([name, reading[name]]).toEqual([name, expect.closeTo(figure, 4)]);
    else if (figure === null) expect([name, reading[name]]).toEqual([name, null]);
  }
  const { kind, device = reading.device, torch = reading.torch, phase = reading.phase } = expected;
  const { others = reading.others } = expected;
  expect({ kind, device, torch, phase, others }).toEqual({
    kind: reading.kind,
    device: reading.device,
    torch: reading.torch,
    phase: reading.phase,
    others: reading.others,
  });
}

const CASES = linesOf<Case>('errors.ndjson');
const REFUSED = linesOf<string>('no-errors.ndjson');
const [FIRST, SECOND] = ['1.00', '2.00'].map(
  (gib) =>
    `RuntimeError: CUDA out of memory. Tried to allocate ${gib} GiB (GPU 0; 8.00 GiB total capacity; 5.00 GiB already allocated; 0 bytes free; 6.00 GiB reserved in total by PyTorch)`,
) as [string, string];

describe('texts of public threads', () => {
  test.each(CASES.map((one, i) => [i, one.text.slice(0, 100), one] as const))('%i: %j', (_i, _text, one) => {
    expectRead(one.text, one);
  });

  test.each(REFUSED.map((text) => [text.slice(0, 100), text]))('%j is no error', (_shown, text) => {
    expect(readError(text)).toEqual({ ok: false, reason: 'not-an-error' });
  });
});

/** A fixed width, as terminals and forums have: words and figures are broken too. */
function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
    .join('\n');
}

/** Those that rest on a line standing by itself say so. */
const isWholeLine = ({ expected }: Case): boolean => expected.triedMiB === null && expected.kind !== 'directml';

describe('how a text was pasted changes nothing', () => {
  const PASTED: readonly (readonly [string, (text: string) => string])[] = [
    ['with the line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
    ['quoted in a mail', (text) => text.replaceAll(/^/gm, '> ')],
    ['quoted twice', (text) => text.replaceAll(/^/gm, '> > ')],
    ['in colours', (text) => `\u001b[31m${text.replaceAll(' ', '\u001b[0m \u001b[1;31m')}\u001b[0m`],
    [
      'from the source of a page',
      (text) =>
        text.replaceAll('&', '&amp;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    ],
    ['between lines of a log', (text) => `Loading weights\n  0%|   | 0/20 [00:00<?, ?it/s]\n${text}\nDone.`],
    ['with a byte order mark', (text) => `\ufeff${text}`],
    ['as UTF-16 read as UTF-8', (text) => `\ufffd\ufffd${[...text].join('\u0000')}\u0000`],
  ];
  test.each(PASTED)('%s', (_how, paste) => {
    for (const one of CASES) expectRead(paste(one.text), one);
  });

  test('in lines of 80 characters, where it is told by more than standing alone in one', () => {
    const told = CASES.filter((one) => !isWholeLine(one));
    expect(told.length).toBeGreaterThan(140);
    for (const { text, expected } of told) {
      // Frames that are broken apart are lost.
      const others: Case['expected'] = { ...expected };
      delete others.phase;
      expectRead(wrapped(text, 80), { text, expected: others });
    }
  });

  test.each([
    ['1.024,00 MiB', 1024],
    ['1,024.00 MiB', 1024],
    ["1'024.00 MiB", 1024],
    ['1 024.00 MiB', 1024],
    ['1,50 GiB', 1536],
    ['1.50 GiB', 1536],
    ['512 bytes', 512 / 2 ** 20],
    ['17179869184.00 GiB', null],
    ['17179869183.96 GiB', null],
  ])('%s is %j MiB', (printed, mib) => {
    const { triedMiB } = read(`torch.OutOfMemoryError: CUDA out of memory. Tried to allocate ${printed}. GPU 0 has`);
    expect(triedMiB).toEqual(mib === null ? null : expect.closeTo(mib, 5));
  });
});

describe('a text with several errors', () => {
  test('is read at the last of them', () => {
    const reading = read(`${FIRST}\nRetrying.\n${SECOND}`);
    expect([reading.triedMiB, reading.errors]).toEqual([2048, 2]);
  });

  test('is read where the most is told: the last may be cut off', () => {
    const reading = read(`${FIRST}\n${SECOND.slice(0, 90)}`);
    expect([reading.triedMiB, reading.allocatedMiB]).toEqual([1024, 5120]);
  });

  test('takes no figure of one for another', () => {
    const [cut = ''] = SECOND.split(' (GPU');
    expect(read(`${cut}\n${FIRST.slice(0, 42)}`)).toMatchObject({ triedMiB: 2048, freeMiB: null });
  });

  test('of which one has no figures is read at the other', () => {
    expect(read(`${FIRST}\nRuntimeError: CUDA error: out of memory`)).toMatchObject({ triedMiB: 1024, errors: 2 });
  });
});

describe('a traceback', () => {
  const frames = (...names: string[]): string =>
    `Traceback (most recent call last):\n${names.map((name) => `  File "D:\\webui\\modules\\x.py", line 1, in ${name}\n    return call()\n`).join('')}${FIRST}`;

  test.each([
    [['process_images_inner', 'sample', 'apply_model'], 'sampling'],
    [['process_images_inner', 'sample', 'sample_hr_pass', 'apply_model'], 'hires_sampling'],
    [['process_images_inner', 'decode_latent_batch', 'decode_first_stage'], 'decode'],
    [['process_images_inner', 'sample', 'decode_latent_batch', 'decode_first_stage'], 'upscale'],
    [['process_images_inner', 'sample', 'sample_hr_pass', 'decode_latent_batch'], 'decode'],
    [['process_images_inner', 'init', 'images_tensor_to_samples'], 'encode'],
    [['process_images_inner', 'sample', 'sample_hr_pass', 'get_first_stage_encoding'], 'upscale'],
    [['load_model', 'load_model_weights'], 'loading'],
    [['process_images_inner', 'setup_conds'], 'prompts'],
    [['main', 'nobody_knows_me'], null],
  ])('through %j is of the phase %j', (names, phase) => {
    expect(read(frames(...names)).phase).toBe(phase);
  });

  test('of another error before it is not its own', () => {
    expect(read(`${frames('load_model')}\n${SECOND}`).phase).toBeNull();
  });

  test('tells what was computed last, the system, and known frames alone', () => {
    const text = `Traceback (most recent call last):\n  File "C:\\Users\\somebody\\modules\\x.py", line 1, in apply_model\n  File "C:\\x.py", line 1, in my_secret\n    return _VF.einsum(equation, operands)\n${FIRST}`;
    expect(read(text)).toMatchObject({ operation: 'attention', system: 'windows', frames: ['apply_model'] });
    expect(JSON.stringify(read(text))).not.toMatch(/somebody|my_secret/);
  });
});

test('any text is read or refused, and no figure is negative', () => {
  const pieces = CASES.map(({ text }) => text);
  for (let i = 0; i < pieces.length; i += 1) {
    const text = pieces[i] ?? '';
    for (const cut of [1, 7, 31, 64, 101, 160]) {
      const result = readError(text.slice(0, cut) + (pieces[(i * 7 + cut) % pieces.length] ?? '').slice(cut));
      if (!result.ok) continue;
      for (const name of FIGURES) expect(result.value[name] ?? 0).toBeGreaterThanOrEqual(0);
    }
  }
});
