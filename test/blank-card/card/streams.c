/* Streams and events: everything is done the moment it is asked for. */
#include "card.h"
#include "runtime.h"
#include <stdlib.h>

static cudaError_t token(void **handle) {
  cudaError_t error = in_context();
  *handle = error ? NULL : calloc(1, 16);
  return error;
}

EXPORT cudaError_t cudaStreamCreate(cudaStream_t *stream) { return token((void **)stream); }

EXPORT cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags UNUSED) { return token((void **)stream); }

EXPORT cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned flags UNUSED, int priority UNUSED) {
  return token((void **)stream);
}

EXPORT cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  free(stream);
  return cudaSuccess;
}

EXPORT cudaError_t cudaStreamGetPriority(cudaStream_t stream UNUSED, int *priority) {
  *priority = 0;
  return cudaSuccess;
}

EXPORT cudaError_t cudaStreamIsCapturing(cudaStream_t stream UNUSED, enum cudaStreamCaptureStatus *status) {
  *status = cudaStreamCaptureStatusNone;
  return cudaSuccess;
}

EXPORT cudaError_t cudaStreamGetCaptureInfo_v2(cudaStream_t stream UNUSED, enum cudaStreamCaptureStatus *status,
                                               unsigned long long *id, cudaGraph_t *graph, const cudaGraphNode_t **nodes,
                                               size_t *count) {
  *status = cudaStreamCaptureStatusNone;
  if (id) *id = 0;
  if (graph) *graph = NULL;
  if (nodes) *nodes = NULL;
  if (count) *count = 0;
  return cudaSuccess;
}

EXPORT cudaError_t cudaThreadExchangeStreamCaptureMode(enum cudaStreamCaptureMode *mode) {
  *mode = cudaStreamCaptureModeGlobal;
  return cudaSuccess;
}

EXPORT cudaError_t cudaEventCreate(cudaEvent_t *event) { return token((void **)event); }

EXPORT cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags UNUSED) { return token((void **)event); }

EXPORT cudaError_t cudaEventDestroy(cudaEvent_t event) {
  free(event);
  return cudaSuccess;
}

EXPORT cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t start UNUSED, cudaEvent_t end UNUSED) {
  *ms = 1;
  return cudaSuccess;
}
