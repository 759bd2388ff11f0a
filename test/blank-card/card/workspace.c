/*
 * What a convolution's first engine wants beside its tensors. On a card with tensor cores cuDNN copies what is not
 * channels-last into that layout; which copies it makes is the law, by BLANK_CARD_WORKSPACE:
 *   none | x | x+y | x+w+y
 * BLANK_CARD_WORKSPACE_FP32 is the law where the input is 32 bits wide (the same by default),
 * BLANK_CARD_WORKSPACE_CHANNELS_LAST=1 copies tensors that are channels-last already, too,
 * BLANK_CARD_WORKSPACE_MOST_MIB and BLANK_CARD_WORKSPACE_WITHIN_FREE=1 give an engine that wants more than that (than what
 * is free on the card as the plan is made) no workspace at all.
 */
#include "card.h"
#include <string.h>

static uint64_t copied(struct tensor_shape tensor) {
  int copies_all = env_u64("BLANK_CARD_WORKSPACE_CHANNELS_LAST", 0) != 0;
  return tensor.channels_last && !copies_all ? 0 : (tensor.bytes + 255) / 256 * 256;
}

uint64_t workspace_of(struct tensor_shape x, struct tensor_shape w, struct tensor_shape y) {
  const char *law = env_text("BLANK_CARD_WORKSPACE", "none");
  if (!x.is_half) law = env_text("BLANK_CARD_WORKSPACE_FP32", law);
  uint64_t bytes = 0;
  if (strchr(law, 'x')) bytes += copied(x);
  if (strchr(law, 'w')) bytes += copied(w);
  if (strchr(law, 'y')) bytes += copied(y);
  uint64_t most = env_u64("BLANK_CARD_WORKSPACE_MOST_MIB", UINT64_MAX / MIB) * MIB;
  if (env_u64("BLANK_CARD_WORKSPACE_WITHIN_FREE", 0) && free_bytes() < most) most = free_bytes();
  if (bytes > most) return 0;
  if (bytes > card_state()->workspace_peak) card_state()->workspace_peak = bytes;
  return bytes;
}
