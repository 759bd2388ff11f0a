/** How errors begin, by which they are found in a text. A text that merely speaks of running out of memory has none. */
import { AMOUNT } from './amounts.ts';
import type { ErrorKind } from '../protocol/explanation.ts';

export interface Shape {
  readonly kind: ErrorKind;
  readonly begins: RegExp;
}

/** In text without white space. Those before others are the more telling ones where an error has several. */
export const SHAPES: readonly Shape[] = [
  { kind: 'cuda', begins: new RegExp(`CUDAoutofmemory[.!]?Triedtoallocate${AMOUNT}`, 'gi') },
  { kind: 'hip', begins: new RegExp(`HIPoutofmemory[.!]?Triedtoallocate${AMOUNT}`, 'gi') },
  { kind: 'xpu', begins: new RegExp(`XPUoutofmemory[.!]?Triedtoallocate${AMOUNT}`, 'gi') },
  { kind: 'xpu', begins: /blockwithsizelargerthan4GB/gi },
  { kind: 'mps', begins: /MPSbackendoutofmemory\(MPSallocated/gi },
  { kind: 'mps', begins: new RegExp(`Invalidbuffersize:${AMOUNT}`, 'gi') },
  { kind: 'cuda', begins: /Allocationondevice\d{0,3}wouldexceedallowedmemory/gi },
  { kind: 'directml', begins: /Couldnotallocatetensorwith[\dX]{1,20}bytes/gi },
  {
    kind: 'webui-attention',
    begins: new RegExp(`Notenoughmemory,uselowerresolution\\(maxapprox\\.\\d{1,6}x\\d{1,6}\\)\\.Need:${AMOUNT}`, 'gi'),
  },
  { kind: 'host-ram', begins: /(?:notenough|can'tallocate)memory:youtriedtoallocate\d/gi },
  { kind: 'host-ram', begins: /posix_memalign\(&data,gAlignment,nbytes\)==0/gi },
  { kind: 'host-ram', begins: new RegExp(`Unabletoallocate${AMOUNT}foranarray`, 'gi') },
  { kind: 'host-ram', begins: /unabletommap\d{1,20}bytes/gi },
  { kind: 'host-ram', begins: /(?:what\(\):|Error:|instanceof')std::bad_alloc/gi },
  { kind: 'host-ram', begins: /\[Errno12\]Cannotallocatememory/gi },
  { kind: 'host-ram', begins: /WinError1455|oserror1455/gi },
  { kind: 'host-ram', begins: /Thepagingfileistoosmallforthisoperation/gi },
  { kind: 'host-ram', begins: /Outofmemory:Kill(?:ed)?process\d|diedwith<Signals\.SIGKILL/gi },
  { kind: 'cublas', begins: /CUBLAS_STATUS_[A-Z_]{4,20}whencalling|(?:Error|Exception|failure):CUBLAS_STATUS_/gi },
  { kind: 'cudnn', begins: /(?:Error|cuDNN|failure|handle):CUDNN_STATUS_/gi },
  { kind: 'cudnn', begins: /UnabletofindavalidcuDNNalgorithm|unabletofindanenginetoexecutethiscomputation/gi },
  { kind: 'hip', begins: /HIPBLAS_STATUS_ALLOC_FAILED|hipErrorOutOfMemory/gi },
  {
    kind: 'xpu',
    begins: /UR_RESULT_ERROR_OUT_OF_(?:DEVICE_MEMORY|HOST_MEMORY|RESOURCES)|PI_ERROR_OUT_OF_RESOURCES/gi,
  },
  { kind: 'nan', begins: /NansException:Atensorwith/gi },
  {
    kind: 'cuda',
    begins: /cudaruntimeerr(?:or)?\(2\):outofmemory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation/gi,
  },
  { kind: 'cuda', begins: new RegExp(`RequestedamountofGPUmemory\\(${AMOUNT}\\)couldnotbeallocated`, 'gi') },
  { kind: 'unknown', begins: /OOMwhenallocatingtensorwithshape/gi },
  { kind: 'unknown', begins: new RegExp(`(?:Triedtoallocate${AMOUNT})?\\(GPU\\d{1,3};${AMOUNT}totalcapacity`, 'gi') },
];

/** In lines: what is an error only where it stands for itself, and else is something that people say. */
export const LINE_SHAPES: readonly Shape[] = [
  { kind: 'cuda', begins: lineOfBackend('CUDA') },
  { kind: 'hip', begins: lineOfBackend('HIP') },
  { kind: 'xpu', begins: lineOfBackend('XPU') },
  { kind: 'mps', begins: lineOfBackend('MPS backend') },
  { kind: 'cuda', begins: /(?:^[ \t]{0,40}|Error: {0,2})CUDA error: out of memory/gim },
  { kind: 'hip', begins: /(?:^[ \t]{0,40}|Error: {0,2})HIP error: out of memory/gim },
  { kind: 'cuda', begins: /(?:OutOfMemoryError: {0,2}|!!! )Allocation on device[ \t\d]{0,9}$/gim },
  { kind: 'cuda', begins: /^[ \t]{0,40}torch\.cuda\.OutOfMemoryError:?[ \t]{0,9}$/gim },
  { kind: 'unknown', begins: /^[ \t]{0,40}(?:torch\.)?OutOfMemoryError:?[ \t]{0,9}$/gim },
  { kind: 'host-ram', begins: /^[ \t]{0,40}[\w.]{0,60}(?<!OutOf)MemoryError(?::|[ \t]{0,9}$)/gim },
  { kind: 'host-ram', begins: /^[ \t]{0,40}Killed[ \t]{0,9}$|: line \d{1,6}: {1,9}\d{1,9} Killed/gim },
  { kind: 'nan', begins: /^[ \t]{0,40}A tensor with (?:all )?NaN'?s was produced in/gim },
];

function lineOfBackend(name: string): RegExp {
  return new RegExp(
    `^[ \\t]{0,40}(?:\\[Bug\\]: ?)?(?:[\\w.]{1,60}: ?)?${name} out of memory(?:\\.(?: Tried.*)?|!)?[ \\t]{0,9}$`,
    'gim',
  );
}
