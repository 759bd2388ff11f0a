/** What an error means, by what the shim sees in it: PyTorch, drivers and the WebUI word running out in many ways. */

/** It shows in an error of one of these classes, bases included, whose text the pattern is found in. */
export interface ErrorSign {
  readonly name: string;
  readonly classes: readonly string[];
  /** As JavaScript and Python both read it, without regard to case, `^` at each line. */
  readonly pattern: string;
}

const SPEAKING = ['RuntimeError', 'OSError'];

// Words alone are not enough ("out of memory of the prompt"): something must say that a device or an allocator spoke.
const DEVICE_SPEAKS: Readonly<Record<string, string>> = {
  'device-ran-out': String.raw`\b(?:CUDA|HIP|MPS|XPU|NPU|GPU|NVML|CUBLAS|CUDNN|driver)\b[^.\n]{0,60}\bout of memory\b`,
  'runtime-code': String.raw`\b(?:cuda|hip)?Error(?:OutOfMemory|MemoryAllocation)\b`,
  'library-status': String.raw`\b\w*_(?:OUT_OF_MEMORY|OUT_OF_DEVICE_MEMORY|OUT_OF_RESOURCES|ALLOC_FAILED)\b`,
  directml: String.raw`\bnot enough GPU video memory\b`,
  'sliced-attention': String.raw`^Not enough memory, use lower resolution\b`,
};

/** What the shim is to look for, in this order. */
export const ERROR_SIGNS: readonly ErrorSign[] = [
  { name: 'torch-class', classes: ['OutOfMemoryError'], pattern: '' },
  { name: 'python-class', classes: ['MemoryError'], pattern: '' },
  ...Object.entries(DEVICE_SPEAKS).map(([name, pattern]) => ({ name, classes: SPEAKING, pattern })),
  { name: 'cpu-allocator', classes: SPEAKING, pattern: String.raw`\bDefaultCPUAllocator\b[^\n]*\bmemory\b` },
];

/**
 * What may be told of an error's text, from its beginning: torch's, a library's or the WebUI's own words with figures.
 * Nothing in quotes is passed on, and nothing of another line.
 */
export const MEMORY_WORDS: readonly string[] = [
  String.raw`(?:CUDA|HIP|XPU|NPU) out of memory(?:\. (?:Tried to allocate|Requested)[^\n'\x22]+|\.?$)`,
  String.raw`MPS backend out of memory \(MPS allocated:[^\n'\x22]+`,
  String.raw`Invalid buffer size: [\d.]+ [KMG]?i?B`,
  String.raw`(?:CUDA|HIP) error: out of memory`,
  String.raw`(?:CUDA|HIP) error: \w*_STATUS_\w+ when calling [^\n'\x22]+`,
  String.raw`cuDNN error: CUDNN_STATUS_\w+`,
  String.raw`Unable to find a valid cuDNN algorithm to run convolution`,
  String.raw`Could not allocate tensor with \d+ bytes\. There is not enough GPU video memory available`,
  String.raw`Not enough memory, use lower resolution \(max approx\. \d+x\d+\)\. Need: [\d.]+GB free, Have:[\d.]+GB free`,
  String.raw`\[enforce fail at [\w.\\/:]+\] [\w =().]*DefaultCPUAllocator: [\w' ]+: you tried to allocate \d+ bytes`,
];

const OF_THE_HOST = new Set(['python-class', 'cpu-allocator']);

/** Whose memory ran out: the device's or the host's; null where the error is another one. */
export function outOfMemory(signs: readonly string[]): 'device' | 'host' | null {
  const first = signs.find((sign) => ERROR_SIGNS.some(({ name }) => name === sign));
  if (first === undefined) return null;
  return OF_THE_HOST.has(first) ? 'host' : 'device';
}
