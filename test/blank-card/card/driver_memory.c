/* The driver's virtual memory (PyTorch's expandable segments): physical pieces count as cudaMalloc's do. */
#define _GNU_SOURCE
#include "card.h"
#include <dlfcn.h>

typedef int result;
#define OUT_OF_MEMORY 2

static int count(int64_t bytes) {
  static int (*account)(int64_t);
  if (!account) account = (int (*)(int64_t))dlsym(RTLD_DEFAULT, "blank_card_count");
  return account ? account(bytes) : 1;
}

result cuMemAddressReserve(uint64_t *at, size_t bytes, size_t alignment UNUSED, uint64_t wanted UNUSED,
                           unsigned long long flags UNUSED) {
  void *(*addresses)(size_t) = (void *(*)(size_t))dlsym(RTLD_DEFAULT, "blank_card_bare_addresses");
  *at = addresses ? (uint64_t)addresses(bytes) : 0;
  return *at ? 0 : OUT_OF_MEMORY;
}

/* The addresses stay reserved: there are enough. */
result cuMemAddressFree(uint64_t at UNUSED, size_t bytes UNUSED) { return 0; }

/* The handle is the size. */
result cuMemCreate(uint64_t *handle, size_t bytes, const void *properties UNUSED, unsigned long long flags UNUSED) {
  if (count((int64_t)bytes)) return OUT_OF_MEMORY;
  *handle = bytes;
  return 0;
}

result cuMemRelease(uint64_t handle) {
  count(-(int64_t)handle);
  return 0;
}

result cuMemMap(uint64_t at UNUSED, size_t bytes UNUSED, size_t offset UNUSED, uint64_t handle UNUSED,
                unsigned long long flags UNUSED) {
  return 0;
}

result cuMemUnmap(uint64_t at UNUSED, size_t bytes UNUSED) { return 0; }

result cuMemSetAccess(uint64_t at UNUSED, size_t bytes UNUSED, const void *access UNUSED, size_t accesses UNUSED) { return 0; }

result cuMemGetAllocationGranularity(size_t *granularity, const void *properties UNUSED, int option UNUSED) {
  *granularity = GRAIN;
  return 0;
}
