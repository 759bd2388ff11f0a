/* The one card that there is: its properties, versions and errors. */
#include "card.h"
#include "runtime.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What nvidia-smi's driver 550.90.07 offers. */
#define DRIVER_VERSION 12040

static __thread cudaError_t last_error = cudaSuccess;

cudaError_t failed_with(cudaError_t error) { return last_error = error; }

cudaError_t in_context(void) {
  return enter_context() ? failed_with(cudaErrorDevicesUnavailable) : cudaSuccess;
}

EXPORT cudaError_t cudaGetLastError(void) {
  cudaError_t error = last_error;
  last_error = cudaSuccess;
  return error;
}

EXPORT cudaError_t cudaPeekAtLastError(void) { return last_error; }

EXPORT const char *cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "no error";
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorInvalidValue: return "invalid argument";
    case cudaErrorInvalidDevice: return "invalid device ordinal";
    case cudaErrorNotSupported: return "operation not supported";
    case cudaErrorDevicesUnavailable: return "CUDA-capable device(s) is/are busy or unavailable";
    default: return "unrecognized error code";
  }
}

EXPORT const char *cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "cudaSuccess";
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidValue: return "cudaErrorInvalidValue";
    case cudaErrorInvalidDevice: return "cudaErrorInvalidDevice";
    case cudaErrorNotSupported: return "cudaErrorNotSupported";
    case cudaErrorDevicesUnavailable: return "cudaErrorDevicesUnavailable";
    default: return "unrecognized error code";
  }
}

EXPORT cudaError_t cudaGetDeviceCount(int *devices) {
  *devices = 1;
  return cudaSuccess;
}

EXPORT cudaError_t cudaGetDevice(int *device) {
  *device = 0;
  return cudaSuccess;
}

EXPORT cudaError_t cudaSetDevice(int device) {
  return device == 0 ? in_context() : failed_with(cudaErrorInvalidDevice);
}

/* "8.6" */
static void compute_capability(int *major, int *minor) {
  if (sscanf(env_text("BLANK_CARD_COMPUTE_CAPABILITY", "8.6"), "%d.%d", major, minor) != 2) *major = 8, *minor = 6;
}

/* An RTX 3060's, but for what the environment says. */
static struct cudaDeviceProp properties(void) {
  struct cudaDeviceProp p;
  memset(&p, 0, sizeof p);
  snprintf(p.name, sizeof p.name, "%s", env_text("BLANK_CARD_NAME", "NVIDIA GeForce RTX 3060"));
  memcpy(&p.uuid, "blankcard-000001", 16);
  compute_capability(&p.major, &p.minor);
  p.totalGlobalMem = card_state()->total;
  p.multiProcessorCount = (int)env_u64("BLANK_CARD_MULTIPROCESSORS", 28);
  p.warpSize = 32;
  p.sharedMemPerBlock = 49152;
  p.sharedMemPerBlockOptin = 101376;
  p.sharedMemPerMultiprocessor = 102400;
  p.reservedSharedMemPerBlock = 1024;
  p.regsPerBlock = p.regsPerMultiprocessor = 65536;
  p.maxThreadsPerBlock = p.maxThreadsDim[0] = p.maxThreadsDim[1] = 1024;
  p.maxThreadsDim[2] = 64;
  p.maxThreadsPerMultiProcessor = 1536;
  p.maxBlocksPerMultiProcessor = 16;
  p.maxGridSize[0] = 2147483647;
  p.maxGridSize[1] = p.maxGridSize[2] = 65535;
  p.memPitch = 2147483647;
  p.totalConstMem = 65536;
  p.textureAlignment = 512;
  p.texturePitchAlignment = 32;
  p.clockRate = 1777000;
  p.memoryClockRate = 7501000;
  p.memoryBusWidth = 192;
  p.l2CacheSize = 2359296;
  p.asyncEngineCount = 2;
  p.canMapHostMemory = p.concurrentKernels = p.unifiedAddressing = p.streamPrioritiesSupported = 1;
  p.globalL1CacheSupported = p.localL1CacheSupported = p.managedMemory = p.concurrentManagedAccess = 1;
  p.cooperativeLaunch = 1;
  p.pciBusID = 1;
  return p;
}

EXPORT cudaError_t cudaGetDeviceProperties_v2(struct cudaDeviceProp *found, int device) {
  if (device != 0) return failed_with(cudaErrorInvalidDevice);
  *found = properties();
  return cudaSuccess;
}

EXPORT cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device) {
  if (device != 0) return failed_with(cudaErrorInvalidDevice);
  struct cudaDeviceProp p = properties();
  switch (attribute) {
    case cudaDevAttrComputeCapabilityMajor: *value = p.major; break;
    case cudaDevAttrComputeCapabilityMinor: *value = p.minor; break;
    case cudaDevAttrMultiProcessorCount: *value = p.multiProcessorCount; break;
    case cudaDevAttrWarpSize: *value = p.warpSize; break;
    case cudaDevAttrMaxThreadsPerBlock: *value = p.maxThreadsPerBlock; break;
    case cudaDevAttrMaxThreadsPerMultiProcessor: *value = p.maxThreadsPerMultiProcessor; break;
    case cudaDevAttrMaxBlocksPerMultiprocessor: *value = p.maxBlocksPerMultiProcessor; break;
    case cudaDevAttrMaxBlockDimX: *value = p.maxThreadsDim[0]; break;
    case cudaDevAttrMaxBlockDimY: *value = p.maxThreadsDim[1]; break;
    case cudaDevAttrMaxBlockDimZ: *value = p.maxThreadsDim[2]; break;
    case cudaDevAttrMaxGridDimX: *value = p.maxGridSize[0]; break;
    case cudaDevAttrMaxGridDimY: *value = p.maxGridSize[1]; break;
    case cudaDevAttrMaxGridDimZ: *value = p.maxGridSize[2]; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = (int)p.sharedMemPerBlock; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = (int)p.sharedMemPerBlockOptin; break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor: *value = (int)p.sharedMemPerMultiprocessor; break;
    case cudaDevAttrMaxRegistersPerBlock: *value = p.regsPerBlock; break;
    case cudaDevAttrL2CacheSize: *value = p.l2CacheSize; break;
    case cudaDevAttrUnifiedAddressing: *value = p.unifiedAddressing; break;
    default: *value = 0;
  }
  return cudaSuccess;
}

EXPORT cudaError_t cudaDeviceGetPCIBusId(char *text, int room, int device UNUSED) {
  snprintf(text, (size_t)room, "0000:01:00.0");
  return cudaSuccess;
}

EXPORT cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
  *least = 0;
  *greatest = -5;
  return cudaSuccess;
}

EXPORT cudaError_t cudaDeviceCanAccessPeer(int *can, int device UNUSED, int peer UNUSED) {
  *can = 0;
  return cudaSuccess;
}

EXPORT cudaError_t cudaDriverGetVersion(int *version) {
  *version = DRIVER_VERSION;
  return cudaSuccess;
}

EXPORT cudaError_t cudaRuntimeGetVersion(int *version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

/* PyTorch asks for the driver's own functions by these; the driver is driver.c, beside this library. */
static cudaError_t driver_function(const char *name, void **found, enum cudaDriverEntryPointQueryResult *result) {
  void *driver = dlopen("libcuda.so.1", RTLD_LAZY);
  char newer[128];
  snprintf(newer, sizeof newer, "%s_v2", name);
  *found = driver ? dlsym(driver, name) : NULL;
  if (driver && !*found) *found = dlsym(driver, newer);
  if (result) *result = *found ? cudaDriverEntryPointSuccess : cudaDriverEntryPointSymbolNotFound;
  return cudaSuccess;
}

EXPORT cudaError_t cudaGetDriverEntryPoint(const char *name, void **found, unsigned long long flags UNUSED,
                                           enum cudaDriverEntryPointQueryResult *result) {
  return driver_function(name, found, result);
}

EXPORT cudaError_t cudaGetDriverEntryPointByVersion(const char *name, void **found, unsigned version UNUSED,
                                                    unsigned long long flags UNUSED,
                                                    enum cudaDriverEntryPointQueryResult *result) {
  return driver_function(name, found, result);
}
