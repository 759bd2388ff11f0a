/*
 * cuBLAS and cuBLASLt: handles and descriptors; what PyTorch allocates for them it allocates by itself. Their headers need
 * more of CUDA than the wheels bring, so the few types that matter are written down here.
 */
#include "card.h"
#include <stdlib.h>
#include <string.h>

typedef int status;
#define SUCCESS 0

/* cublasLtMatmulHeuristicResult_t */
struct heuristic_result {
  uint64_t algorithm[8];
  size_t workspace;
  status state;
  float waves;
  int reserved[4];
};

static status token(void **handle) {
  *handle = calloc(1, 64);
  return SUCCESS;
}

EXPORT status cublasCreate_v2(void **handle) { return token(handle); }

EXPORT status cublasDestroy_v2(void *handle) {
  free(handle);
  return SUCCESS;
}

EXPORT status cublasGetMathMode(void *handle UNUSED, int *mode) {
  *mode = 0;
  return SUCCESS;
}

EXPORT status cublasGetPointerMode_v2(void *handle UNUSED, int *mode) {
  *mode = 0;
  return SUCCESS;
}

EXPORT status cublasGetStream_v2(void *handle UNUSED, void **stream) {
  *stream = NULL;
  return SUCCESS;
}

EXPORT status cublasLtCreate(void **handle) { return token(handle); }

EXPORT status cublasLtMatmulDescCreate(void **made, int compute UNUSED, int scale UNUSED) {
  return token(made);
}

EXPORT status cublasLtMatmulDescDestroy(void *made) {
  free(made);
  return SUCCESS;
}

EXPORT status cublasLtMatrixLayoutCreate(void **made, int type UNUSED, uint64_t rows UNUSED, uint64_t columns UNUSED,
                                         int64_t leading UNUSED) {
  return token(made);
}

EXPORT status cublasLtMatrixLayoutDestroy(void *made) {
  free(made);
  return SUCCESS;
}

EXPORT status cublasLtMatmulPreferenceCreate(void **made) { return token(made); }

EXPORT status cublasLtMatmulPreferenceDestroy(void *made) {
  free(made);
  return SUCCESS;
}

/* One algorithm, which needs no workspace; PyTorch has allocated its own before it asks. */
EXPORT status cublasLtMatmulAlgoGetHeuristic(void *handle UNUSED, void *operation UNUSED, void *a UNUSED, void *b UNUSED,
                                             void *c UNUSED, void *d UNUSED, void *preference UNUSED, int wanted,
                                             struct heuristic_result results[], int *found) {
  *found = wanted > 0 ? 1 : 0;
  if (wanted > 0) memset(results, 0, sizeof results[0]);
  return SUCCESS;
}
