/** Why there was no room, by the figures: as reported in public threads, then the edges between causes. */
import { describe, expect, test } from '@jest/globals';
import type { Cause } from '../../../service/protocol/explanation.ts';
import { causeOf, type KnownMemory } from '../../../service/explain/cause.ts';
import { atOnce } from '../../../service/base/steps.ts';
import { explainText } from '../../../service/explain/explain.ts';
import type { ErrorReading } from '../../../service/explain/kinds.ts';
import { readError } from '../../../service/explain/read.ts';

function readingOf(text: string): ErrorReading {
  const result = readError(text);
  if (!result.ok) throw new Error('an error is read');
  return result.value;
}

function codeOf(text: string): Cause['code'] {
  const result = atOnce(explainText(text, null));
  if (!result.ok) throw new Error('an error is read');
  return result.value.cause.code;
}

/** Tried, in all, allocated, free, reserved. */
type Figures = readonly [string, string, string, string, string];

function old([tried, total, allocated, free, reserved]: Figures): string {
  return `RuntimeError: CUDA out of memory. Tried to allocate ${tried} (GPU 0; ${total} total capacity; ${allocated} already allocated; ${free} free; ${reserved} reserved in total by PyTorch)`;
}

function recent([tried, total, allocated, free, unallocated]: Figures, between = ''): string {
  return `torch.OutOfMemoryError: CUDA out of memory. Tried to allocate ${tried}. GPU 0 has a total capacity of ${total} of which ${free} is free.${between} Of the allocated memory ${allocated} is allocated by PyTorch, and ${unallocated} is reserved by PyTorch but unallocated.`;
}

describe('as reported', () => {
  test.each<[string, Figures, Cause['code']]>([
    ['1632x2448 in one piece', ['58.07 GiB', '12.00 GiB', '2.56 GiB', '6.11 GiB', '3.60 GiB'], 'attention-not-sliced'],
    ['hires fix at its limit', ['4.02 GiB', '12.00 GiB', '6.06 GiB', '2.27 GiB', '7.45 GiB'], 'plain-size'],
    ['over 1000 squared on 8 GiB', ['3.75 GiB', '8.00 GiB', '5.89 GiB', '0 bytes', '6.00 GiB'], 'plain-size'],
    ['the first run with 7 GiB free', ['512.00 MiB', '12.00 GiB', '2.56 GiB', '7.20 GiB', '2.59 GiB'], 'commit-limit'],
    ['16 GiB of 24 free', ['1.12 GiB', '23.99 GiB', '4.82 GiB', '16.48 GiB', '4.92 GiB'], 'commit-limit'],
    ['1024x1536', ['13.98 GiB', '24.00 GiB', '16.17 GiB', '5.39 GiB', '16.19 GiB'], 'plain-size'],
    [
      'nearly all of an 11 GiB card is not ours',
      ['36.00 MiB', '10.76 GiB', '996.23 MiB', '8.81 MiB', '1010.00 MiB'],
      'other-program',
    ],
    [
      'half of what is reserved is unused',
      ['2.87 GiB', '14.76 GiB', '8.77 GiB', '19.75 MiB', '13.71 GiB'],
      'fragmentation',
    ],
  ])('%s', (_what, figures, code) => {
    expect(codeOf(old(figures))).toBe(code);
  });
});

describe('a cause needs the figures that bear it out', () => {
  const full: Figures = ['1.00 GiB', '8.00 GiB', '6.90 GiB', '64.00 MiB', '7.00 GiB'];

  test('a full card is plain size, with what was missing', () => {
    expect(causeOf(readingOf(old(full)), null, null)).toEqual({ code: 'plain-size', missingMiB: 960 });
  });

  test.each([
    ['RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB'],
    ['RuntimeError: CUDA error: out of memory'],
    ['RuntimeError: Could not allocate tensor with 4915840 bytes. There is not enough GPU video memory available!'],
    ['RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 8.00 GiB total capacity; 5.00 GiB already'],
  ])('%j tells none', (text) => {
    expect(codeOf(text)).toBe('unknown');
  });

  test('a little slack in the cache is no fragmentation', () => {
    expect(codeOf(old(['64.00 MiB', '8.00 GiB', '6.80 GiB', '0 bytes', '7.00 GiB']))).toBe('plain-size');
  });

  test('what the process has beside PyTorch is no other program', () => {
    const process = ' Including non-PyTorch memory, this process has 7.90 GiB memory in use.';
    expect(codeOf(recent(['1.00 GiB', '8.00 GiB', '5.00 GiB', '64.00 MiB', '100.00 MiB'], process))).toBe('plain-size');
  });

  test('what is not of the process is one, told to its figure', () => {
    const process = ' Including non-PyTorch memory, this process has 5.00 GiB memory in use.';
    const text = recent(['1.00 GiB', '8.00 GiB', '4.50 GiB', '64.00 MiB', '100.00 MiB'], process);
    expect(causeOf(readingOf(text), null, null)).toEqual({ code: 'other-program', othersMiB: 3008 });
  });

  test('in a container the process may be told by another id: nobody is blamed', () => {
    const process = ' Process 20398 has 7.90 GiB memory in use.';
    expect(codeOf(recent(['1.00 GiB', '8.00 GiB', '4.00 GiB', '64.00 MiB', '100.00 MiB'], process))).toBe('plain-size');
  });

  test('a cap counts where the card itself has room, and only there', () => {
    const capped = (free: string): string =>
      recent(['64.00 MiB', '24.00 GiB', '3.98 GiB', free, '10.00 MiB'], ' 4.00 GiB allowed;');
    expect([codeOf(capped('18.00 GiB')), codeOf(capped('10.00 MiB'))]).toEqual(['cap', 'other-program']);
  });

  test('2^64 bytes are no cap', () => {
    const text =
      'torch.cuda.OutOfMemoryError: Allocation on device 0 would exceed allowed memory. (out of memory)\nCurrently allocated     : 18.38 GiB\nRequested               : 6.09 GiB\nDevice limit            : 16.00 GiB\nFree (according to CUDA): 0 bytes\nPyTorch limit (set by user-supplied memory fraction)\n                        : 17179869184.00 GiB';
    expect(codeOf(text)).toBe('plain-size');
  });

  test('most of the card free is no commit limit on Linux', () => {
    const figures: Figures = ['512.00 MiB', '12.00 GiB', '2.56 GiB', '7.20 GiB', '2.59 GiB'];
    expect(codeOf(`  File "/home/u/x.py", line 1, in f\n${old(figures)}`)).toBe('unknown');
  });

  test("RAM that Windows will not promise is its commit limit; Linux' is not known", () => {
    const failed = (file: string): string =>
      `RuntimeError: [enforce fail at ${file}:72] data. DefaultCPUAllocator: not enough memory: you tried to allocate 9437184 bytes.`;
    expect(codeOf(failed('..\\c10\\core\\impl\\alloc_cpu.cpp'))).toBe('commit-limit');
    expect(codeOf(failed('alloc_cpu.cpp'))).toBe('unknown');
  });

  test('a library that was refused its own memory, and one that failed otherwise', () => {
    expect(codeOf('RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`')).toBe(
      'library-not-loaded',
    );
    expect(codeOf('RuntimeError: CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`')).toBe(
      'unknown',
    );
  });

  test('a size past a whole card in a convolution is not attention', () => {
    const text = `Traceback (most recent call last):\n  File "x.py", line 1, in _conv_forward\n    return F.conv2d(input)\n${old(['20.00 GiB', '12.00 GiB', '2.56 GiB', '6.11 GiB', '3.60 GiB'])}`;
    expect(codeOf(text)).toBe('plain-size');
  });

  test('what idles beside the weights was kept', () => {
    const known = (idleMiB: number): KnownMemory => ({ weightsMiB: 2076, idleMiB, beyondMiB: null });
    const reading = readingOf(old(full));
    expect(causeOf(reading, null, known(5302))).toEqual({ code: 'leak-or-kept', keptMiB: 3226 });
    expect(causeOf(reading, null, known(2080)).code).toBe('plain-size');
  });

  test('settings that need more than the card has are too large, in however many pieces the rest of it lies', () => {
    const reading = readingOf(old(['1.00 GiB', '8.00 GiB', '4.00 GiB', '512.00 MiB', '6.50 GiB']));
    const known = (beyondMiB: number | null): KnownMemory => ({ weightsMiB: null, idleMiB: null, beyondMiB });
    expect(causeOf(reading, null, known(null)).code).toBe('fragmentation');
    expect(causeOf(reading, null, known(5000))).toEqual({ code: 'plain-size', missingMiB: 5000 });
  });
});
