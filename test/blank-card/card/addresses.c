/* The card's addresses: reserved in one piece and never touched, so that a card of any size costs no memory. */
#define _GNU_SOURCE
#include "card.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The first half is cudaMalloc's, the second is handed out as bare addresses, which are never taken back. */
#define HALF (4ull * 1024 * 1024 * MIB)
#define SPAN (2 * HALF)

struct range {
  uint64_t at, size;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *base;
static struct range *ranges; /* by address */
static size_t count, room;
static uint64_t ascending_at, bare_at = HALF;
static enum { LOWEST, HIGHEST, ASCENDING } order;

static void reserve(void) {
  if (base) return;
  const char *wanted = env_text("BLANK_CARD_ADDRESSES", "lowest");
  order = strcmp(wanted, "highest") == 0 ? HIGHEST : strcmp(wanted, "ascending") == 0 ? ASCENDING : LOWEST;
  char *map = mmap(NULL, SPAN + GRAIN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) {
    perror("blank card: no address space");
    abort();
  }
  base = (char *)(((uintptr_t)map + GRAIN - 1) & ~(uintptr_t)(GRAIN - 1));
}

/* Where `size` bytes go, and before which range; PyTorch's allocator sorts free blocks of one size by address. */
static uint64_t place(uint64_t size, size_t *index) {
  uint64_t edge = 0;
  size_t i;
  switch (order) {
    case ASCENDING:
      edge = ascending_at;
      ascending_at += size;
      *index = count;
      return edge;
    case HIGHEST:
      edge = HALF;
      for (i = count; i > 0 && edge - (ranges[i - 1].at + ranges[i - 1].size) < size; i--) edge = ranges[i - 1].at;
      *index = i;
      return edge - size;
    case LOWEST:
    default:
      for (i = 0; i < count && ranges[i].at - edge < size; i++) edge = ranges[i].at + ranges[i].size;
      *index = i;
      return edge;
  }
}

void *take_addresses(size_t bytes) {
  uint64_t size = (bytes + GRAIN - 1) / GRAIN * GRAIN;
  void *found = NULL;
  pthread_mutex_lock(&lock);
  reserve();
  if (count_bytes((int64_t)size) == 0) {
    size_t index;
    uint64_t at = place(size, &index);
    if (count == room) ranges = realloc(ranges, (room = room * 2 + 64) * sizeof *ranges);
    memmove(ranges + index + 1, ranges + index, (count - index) * sizeof *ranges);
    ranges[index] = (struct range){at, size};
    count++;
    found = base + at;
  }
  pthread_mutex_unlock(&lock);
  return found;
}

int give_back_addresses(void *at) {
  int missing = 1;
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < count && missing; i++) {
    if (base + ranges[i].at != (char *)at) continue;
    count_bytes(-(int64_t)ranges[i].size);
    memmove(ranges + i, ranges + i + 1, (count - i - 1) * sizeof *ranges);
    count--;
    missing = 0;
  }
  pthread_mutex_unlock(&lock);
  return missing;
}

int is_on_card(const void *at) { return base && (const char *)at >= base && (const char *)at < base + SPAN; }

EXPORT int blank_card_count(int64_t bytes) {
  pthread_mutex_lock(&lock);
  int failed = enter_context() || count_bytes(bytes);
  pthread_mutex_unlock(&lock);
  return failed;
}

EXPORT void *blank_card_bare_addresses(size_t bytes) {
  pthread_mutex_lock(&lock);
  reserve();
  void *at = bytes <= SPAN - bare_at ? base + bare_at : NULL;
  if (at) bare_at += (bytes + GRAIN - 1) / GRAIN * GRAIN;
  pthread_mutex_unlock(&lock);
  return at;
}
