/* The CUDA runtime's memory. What is on the card holds no values: what is read back from it is zeros. */
#include "card.h"
#include "runtime.h"
#include <stdlib.h>
#include <string.h>

EXPORT cudaError_t cudaMalloc(void **at, size_t bytes) {
  *at = NULL;
  cudaError_t error = in_context();
  if (error || bytes == 0) return error;
  *at = take_addresses(bytes);
  return *at ? cudaSuccess : failed_with(cudaErrorMemoryAllocation);
}

EXPORT cudaError_t cudaFree(void *at) {
  if (at == NULL) return in_context();
  return give_back_addresses(at) ? failed_with(cudaErrorInvalidValue) : cudaSuccess;
}

EXPORT cudaError_t cudaMemGetInfo(size_t *free, size_t *total) {
  cudaError_t error = in_context();
  *free = free_bytes();
  *total = card_state()->total;
  return error;
}

EXPORT cudaError_t cudaHostAlloc(void **at, size_t bytes, unsigned flags UNUSED) {
  *at = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096 + 4096);
  return *at ? cudaSuccess : failed_with(cudaErrorMemoryAllocation);
}

EXPORT cudaError_t cudaMallocHost(void **at, size_t bytes) { return cudaHostAlloc(at, bytes, 0); }

EXPORT cudaError_t cudaFreeHost(void *at) {
  free(at);
  return cudaSuccess;
}

EXPORT cudaError_t cudaHostGetDevicePointer(void **device, void *host, unsigned flags UNUSED) {
  *device = host;
  return cudaSuccess;
}

EXPORT cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes *found, const void *at) {
  memset(found, 0, sizeof *found);
  if (is_on_card(at)) {
    found->type = cudaMemoryTypeDevice;
    found->devicePointer = (void *)at;
  } else {
    found->type = cudaMemoryTypeUnregistered;
    found->device = cudaInvalidDeviceId;
    found->hostPointer = (void *)at;
  }
  return cudaSuccess;
}

static cudaError_t copy(void *to, const void *from, size_t bytes) {
  if (is_on_card(to)) return cudaSuccess;
  if (is_on_card(from)) memset(to, 0, bytes);
  else memmove(to, from, bytes);
  return cudaSuccess;
}

EXPORT cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind UNUSED) {
  return copy(to, from, bytes);
}

EXPORT cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind UNUSED,
                                   cudaStream_t stream UNUSED) {
  return copy(to, from, bytes);
}

EXPORT cudaError_t cudaMemcpyPeerAsync(void *to, int to_device UNUSED, const void *from, int from_device UNUSED,
                                       size_t bytes, cudaStream_t stream UNUSED) {
  return copy(to, from, bytes);
}

EXPORT cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                                     size_t height, enum cudaMemcpyKind kind UNUSED, cudaStream_t stream UNUSED) {
  for (size_t row = 0; row < height; row++) copy((char *)to + row * to_pitch, (const char *)from + row * from_pitch, width);
  return cudaSuccess;
}

EXPORT cudaError_t cudaMemcpyFromSymbol(void *to, const void *symbol UNUSED, size_t bytes, size_t offset UNUSED,
                                        enum cudaMemcpyKind kind UNUSED) {
  memset(to, 0, bytes);
  return cudaSuccess;
}

EXPORT cudaError_t cudaMemset(void *at, int value, size_t bytes) {
  if (!is_on_card(at)) memset(at, value, bytes);
  return cudaSuccess;
}

EXPORT cudaError_t cudaMemsetAsync(void *at, int value, size_t bytes, cudaStream_t stream UNUSED) {
  return cudaMemset(at, value, bytes);
}
