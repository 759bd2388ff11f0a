/* Which kernels are loaded: CUDA loads each as it is first launched, into the process's context. */
#include "card.h"
#include <pthread.h>

/* More than PyTorch launches; what comes beyond costs nothing. */
#define MOST 16384

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const void *known[MOST];
static size_t count;

/* The place of a kernel, or the free one where it belongs. */
static const void **place_of(const void *kernel) {
  size_t at = ((uintptr_t)kernel >> 4) % MOST;
  while (known[at] && known[at] != kernel) at = (at + 1) % MOST;
  return &known[at];
}

int load_kernel(const void *kernel) {
  uint64_t bytes = env_u64("BLANK_CARD_KERNEL_KIB", 0) * 1024;
  if (bytes == 0) return 0;
  pthread_mutex_lock(&lock);
  const void **place = place_of(kernel);
  int refused = !*place && count < MOST / 2 && free_bytes() < bytes;
  if (!*place && count < MOST / 2 && !refused) {
    *place = kernel;
    count++;
    card_state()->loaded += bytes;
  }
  pthread_mutex_unlock(&lock);
  return refused;
}
