import { describe, expect, test } from '@jest/globals';
import { readError } from '../../../service/explain/read.ts';
import { ERROR_SIGNS, MEMORY_WORDS, outOfMemory } from '../../../service/hosts/out-of-memory.ts';

const DEVICE = [
  'CUDA out of memory. Tried to allocate 1024.00 KiB (GPU 0; 11.17 GiB total capacity; 10.90 GiB already allocated)',
  'CUDA out of memory. Tried to allocate 27.12 GiB. GPU 0 has a total capacty of 11.99 GiB of which 0 bytes is free.',
  'CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other API call',
  'HIP out of memory. Tried to allocate 432.00 MiB. GPU 0 has a total capacity of 15.92 GiB',
  'MPS backend out of memory (MPS allocated: 8.89 GB, other allocations: 172.98 MB, max allowed: 9.07 GB).',
  'Could not allocate tensor with 4915840 bytes. There is not enough GPU video memory available!',
  'Not enough memory, use lower resolution (max approx. 640x640). Need: 1.5GB free, Have:0.1GB free',
  'CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`',
  'CUDA driver error: out of memory',
  'XPU out of memory. Tried to allocate 2.00 GiB',
];
const HOST = String.raw`[enforce fail at ..\c10\core\impl\alloc_cpu.cpp:72] data. DefaultCPUAllocator: not enough memory: you tried to allocate`;

/** As the shim looks. */
function signsOf(classes: readonly string[], text: string): string[] {
  return ERROR_SIGNS.filter(
    (sign) => sign.classes.some((name) => classes.includes(name)) && new RegExp(sign.pattern, 'im').test(text),
  ).map(({ name }) => name);
}

test.each(DEVICE)('a device that ran out is recognised: %s', (text) => {
  expect(outOfMemory(signsOf(['RuntimeError', 'Exception'], text))).toBe('device');
});

test.each([
  'make room for memory',
  'the sampler ran out of memory of the prompt',
  'expected scalar type Half but found Float',
  'CUDA error: an illegal memory access was encountered',
])('the words alone do not make an out of memory: %s', (text) => {
  expect(outOfMemory(signsOf(['RuntimeError', 'Exception'], text))).toBeNull();
});

test.each([...DEVICE.filter((text) => !text.startsWith('CUDA driver')), `${HOST} 9437184 bytes.`])(
  'its own words can be told, and read again: %s',
  (text) => {
    const words = MEMORY_WORDS.map((pattern) => new RegExp(`^${pattern}`).exec(text)?.[0]).find(
      (one) => one !== undefined,
    );
    const [whole, told] = [readError(text), readError(words ?? '')];
    if (!whole.ok || !told.ok) throw new Error(`${words} is read as no error`);
    expect(told.value.kind).toBe(whole.value.kind);
    expect(told.value.triedMiB).toBe(whole.value.triedMiB);
  },
);

describe('by its class', () => {
  test("torch's own needs no words", () => {
    expect(outOfMemory(signsOf(['OutOfMemoryError', 'RuntimeError'], ''))).toBe('device');
  });

  test("the host's memory is told apart from the device's", () => {
    expect(outOfMemory(signsOf(['RuntimeError'], HOST))).toBe('host');
    expect(outOfMemory(signsOf(['MemoryError'], ''))).toBe('host');
  });

  test("what another kind of error says is not an allocator's word", () => {
    expect(outOfMemory(signsOf(['ValueError', 'Exception'], String(DEVICE[0])))).toBeNull();
  });
});

test('of errors behind one another the outermost that says whose memory ran out counts', () => {
  expect(outOfMemory(['cpu-allocator', 'torch-class'])).toBe('host');
  expect(outOfMemory(['a sign of a later shim', 'torch-class'])).toBe('device');
});
