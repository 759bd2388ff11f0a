/*
 * A CUDA card whose kernels do nothing and whose memory is reserved address space: what its parts share.
 * The names of CUDA and cuDNN come from the headers of the PyTorch that it is built for.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))
#define UNUSED __attribute__((unused))
#define MIB (1024ull * 1024)

/* What the driver gives out at a time: cudaMalloc rounds up to it. */
#define GRAIN (2 * MIB)

/* ---- state.c */

#define STATE_MAGIC 0x3144524143424c42ull /* "BLBCARD1" */

/*
 * The card as a file: whoever has it mapped sees and changes the card while it runs. All figures are bytes but for
 * pid and counts. state_file.py and state-file.ts name the same fields in the same order.
 */
struct state {
  uint64_t magic;
  uint64_t total;          /* the device's memory */
  uint64_t reserved;       /* what the driver keeps for itself: nobody can have it, and it counts as used by nobody */
  uint64_t context;        /* what a process costs that uses the card at all */
  uint64_t other;          /* what other programs hold */
  uint64_t pid;            /* the process that has a context; 0 for none */
  uint64_t used;           /* what that process has allocated */
  uint64_t peak;           /* the most that `used` has been; whoever sets it to `used` starts anew */
  uint64_t workspace_peak; /* the largest workspace that a convolution has asked for */
  uint64_t mallocs;
  uint64_t frees;
  uint64_t refused;  /* allocations for which there was no room */
  uint64_t launches; /* kernels that did nothing */
  uint64_t loaded;   /* what the process's context has grown by with its kernels */
};

/* Mapped at the first call; never NULL. */
struct state *card_state(void);
/* The same, for the libraries of the driver (nvml.c finds it by its name). */
EXPORT struct state *blank_card_state(void);
uint64_t env_u64(const char *name, uint64_t otherwise);
const char *env_text(const char *name, const char *otherwise);
/* Enters this process as the one that uses the card; 0 where it may. */
int enter_context(void);
/* Counts bytes in (or out, where negative); 0 where there is room. Takes no lock: see addresses.c. */
int count_bytes(int64_t bytes);
uint64_t free_bytes(void);

/* ---- addresses.c */

/* NULL where the card has no room. */
void *take_addresses(size_t bytes);
/* 0 where `at` was handed out. */
int give_back_addresses(void *at);
int is_on_card(const void *at);
/* For the driver's virtual memory, which finds these by their names: bytes in (or out), and addresses without any. */
EXPORT int blank_card_count(int64_t bytes);
EXPORT void *blank_card_bare_addresses(size_t bytes);

/* ---- runtime */

void note_launch(void);
/* A kernel that is launched for the first time is loaded, and stays; 0 where there is room. */
int load_kernel(const void *kernel);

/* ---- workspace.c */

/* One tensor of a convolution; `channels_last` where its innermost dimension is the channels'. */
struct tensor_shape {
  uint64_t bytes;
  int is_half;
  int channels_last;
};
/* What the first engine wants for y = conv(x, w), by the law in force. The second engine never wants any. */
uint64_t workspace_of(struct tensor_shape x, struct tensor_shape w, struct tensor_shape y);
