/* Kernels: they are registered, configured and launched, and do nothing. */
#include "card.h"
#include "runtime.h"
#include <string.h>

#define NESTED 8

void note_launch(void) { __atomic_fetch_add(&card_state()->launches, 1, __ATOMIC_RELAXED); }

static cudaError_t launch(const void *kernel) {
  note_launch();
  return load_kernel(kernel) ? failed_with(cudaErrorMemoryAllocation) : cudaSuccess;
}

/* What nvcc's start-up code calls for every fat binary. */
EXPORT void **__cudaRegisterFatBinary(void *binary UNUSED) {
  static void *handle[8];
  return handle;
}

EXPORT void __cudaRegisterFatBinaryEnd(void **handle UNUSED) {}

EXPORT void __cudaUnregisterFatBinary(void **handle UNUSED) {}

EXPORT char __cudaInitModule(void **handle UNUSED) { return 0; }

/* kernel<<<grid, block, shared, stream>>> is a push, then a pop inside the kernel's host function. */
struct launch {
  dim3 grid, block;
  size_t shared;
  void *stream;
};
static __thread struct launch pending[NESTED];
static __thread int pending_count;

EXPORT unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, void *stream) {
  if (pending_count < NESTED) pending[pending_count++] = (struct launch){grid, block, shared, stream};
  return 0;
}

EXPORT cudaError_t __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared, void *stream) {
  if (pending_count == 0) return failed_with(cudaErrorInvalidValue);
  struct launch launch = pending[--pending_count];
  *grid = launch.grid;
  *block = launch.block;
  *shared = launch.shared;
  *(void **)stream = launch.stream;
  return cudaSuccess;
}

EXPORT cudaError_t cudaLaunchKernel(const void *kernel, dim3 grid UNUSED, dim3 block UNUSED, void **args UNUSED,
                                    size_t shared UNUSED, cudaStream_t stream UNUSED) {
  return launch(kernel);
}

EXPORT cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t *config UNUSED, const void *kernel,
                                       void **args UNUSED) {
  return launch(kernel);
}

EXPORT cudaError_t cudaLaunchCooperativeKernel(const void *kernel, dim3 grid UNUSED, dim3 block UNUSED,
                                               void **args UNUSED, size_t shared UNUSED, cudaStream_t stream UNUSED) {
  return launch(kernel);
}

EXPORT cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *found, const void *kernel UNUSED) {
  struct cudaDeviceProp properties;
  cudaError_t error = cudaGetDeviceProperties_v2(&properties, 0);
  memset(found, 0, sizeof *found);
  found->maxThreadsPerBlock = properties.maxThreadsPerBlock;
  found->maxDynamicSharedSizeBytes = (int)properties.sharedMemPerBlock;
  found->numRegs = 64;
  found->ptxVersion = found->binaryVersion = properties.major * 10 + properties.minor;
  return error;
}

EXPORT cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, const void *kernel UNUSED, int threads UNUSED,
                                                                 size_t shared UNUSED) {
  *blocks = 2;
  return cudaSuccess;
}

EXPORT cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *kernel, int threads,
                                                                          size_t shared, unsigned flags UNUSED) {
  return cudaOccupancyMaxActiveBlocksPerMultiprocessor(blocks, kernel, threads, shared);
}
