/* The CUDA runtime's last error, which every call of it may set. */
#pragma once
#include <cuda_runtime_api.h>

/* Remembers the error for cudaGetLastError, and returns it. */
cudaError_t failed_with(cudaError_t error);
/* cudaSuccess once this process has a context on the card. */
cudaError_t in_context(void);
