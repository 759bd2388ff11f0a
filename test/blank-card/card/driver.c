/* libcuda.so.1: what PyTorch and Headroom's shim ask the driver itself. The rest is generated to answer 0. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef int result;
#define HANDLE ((void *)64)

result cuInit(unsigned flags) {
  (void)flags;
  return 0;
}

result cuDriverGetVersion(int *version) {
  *version = 12040;
  return 0;
}

result cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}

result cuDeviceGet(int *device, int ordinal) {
  *device = 0;
  return ordinal == 0 ? 0 : 101; /* CUDA_ERROR_INVALID_DEVICE */
}

result cuDeviceGetPCIBusId(char *text, int room, int device) {
  (void)device;
  snprintf(text, (size_t)room, "0000:01:00.0");
  return 0;
}

result cuDeviceGetUuid(unsigned char *uuid, int device) {
  (void)device;
  memcpy(uuid, "blankcard-000001", 16);
  return 0;
}

result cuDeviceGetAttribute(int *value, int attribute, int device) {
  (void)attribute, (void)device;
  *value = 0;
  return 0;
}

result cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) {
  (void)device;
  *flags = 0;
  *active = 1;
  return 0;
}

result cuDevicePrimaryCtxRetain(void **context, int device) {
  (void)device;
  *context = HANDLE;
  return 0;
}

result cuCtxGetCurrent(void **context) {
  *context = HANDLE;
  return 0;
}

result cuGetErrorString(int error, const char **text) {
  *text = error == 2 ? "out of memory" : "unrecognized error code";
  return 0;
}

result cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *kernel, int threads, size_t shared) {
  (void)kernel, (void)threads, (void)shared;
  *blocks = 2;
  return 0;
}

result cuModuleGetFunction(void **function, void *module, const char *name) {
  (void)module, (void)name;
  *function = HANDLE;
  return 0;
}

result cuModuleLoadData(void **module, const void *image) {
  (void)image;
  *module = HANDLE;
  return 0;
}

result cuModuleLoadDataEx(void **module, const void *image, unsigned count, void *options, void *values) {
  (void)count, (void)options, (void)values;
  return cuModuleLoadData(module, image);
}
