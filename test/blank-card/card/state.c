/* The card's figures: in the file that BLANK_CARD_STATE names, or in this process alone where it names none. */
#include "card.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct state own, *shared;
static pthread_once_t once = PTHREAD_ONCE_INIT;

uint64_t env_u64(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

const char *env_text(const char *name, const char *otherwise) {
  const char *text = getenv(name);
  return text && *text ? text : otherwise;
}

static void map_state(void) {
  shared = &own;
  const char *path = getenv("BLANK_CARD_STATE");
  if (path && *path) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    void *map = MAP_FAILED;
    if (file >= 0 && (lseek(file, 0, SEEK_END) >= (off_t)sizeof own || ftruncate(file, sizeof own) == 0))
      map = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map == MAP_FAILED) {
      perror(path);
      abort();
    }
    close(file);
    shared = map;
  }
  if (shared->magic == STATE_MAGIC) return;
  shared->total = env_u64("BLANK_CARD_TOTAL_MIB", 12288) * MIB;
  shared->reserved = env_u64("BLANK_CARD_RESERVED_MIB", 0) * MIB;
  shared->context = env_u64("BLANK_CARD_CONTEXT_MIB", 450) * MIB;
  shared->other = env_u64("BLANK_CARD_OTHER_MIB", 0) * MIB;
  shared->magic = STATE_MAGIC;
}

struct state *card_state(void) {
  pthread_once(&once, map_state);
  return shared;
}

EXPORT struct state *blank_card_state(void) { return card_state(); }

static int is_alive(uint64_t pid) { return pid && (kill((pid_t)pid, 0) == 0 || errno == EPERM); }

uint64_t free_bytes(void) {
  const struct state *s = card_state();
  uint64_t taken = s->used + s->reserved + s->other + (s->pid ? s->context + s->loaded : 0);
  return taken > s->total ? 0 : s->total - taken;
}

int enter_context(void) {
  struct state *s = card_state();
  uint64_t me = (uint64_t)getpid();
  if (s->pid == me) return 0;
  if (is_alive(s->pid)) return 1; /* one process at a time: a second one's memory would be counted as the first's */
  /* A process that has ended has given back all. */
  s->pid = 0;
  s->used = s->peak = s->loaded = 0;
  if (free_bytes() < s->context) return 1;
  s->pid = me;
  return 0;
}

int count_bytes(int64_t bytes) {
  struct state *s = card_state();
  if (bytes > 0 && (uint64_t)bytes > free_bytes()) {
    s->refused++;
    return 1;
  }
  s->used += (uint64_t)bytes;
  if (s->used > s->peak) s->peak = s->used;
  if (bytes > 0) s->mallocs++;
  else s->frees++;
  return 0;
}
