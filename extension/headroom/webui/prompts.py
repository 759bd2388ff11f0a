"""Whether a person's prompt and negative prompt run through the UNet together. Looks at shapes and counts, never at
text.
"""

from __future__ import annotations

from typing import Any

from .a1111 import Webui
from .environment import cond_uncond_batched

CHUNK_TOKENS = 75


def batched_by_conditioning(webui: Webui, cond: Any, uncond: Any) -> bool | None:
    """From what `process_before_every_sampling` is given: a multi-cond (`batch`) and a list of schedules (A1111
    1.10.1).
    """
    setting = cond_uncond_batched(webui)
    if not setting or _padded(webui):
        return setting
    try:
        lengths = {_tokens(schedule.cond) for part in cond.batch[0] for schedule in part.schedules}
        lengths |= {_tokens(schedule.cond) for schedule in uncond[0]}
    except (AttributeError, IndexError, KeyError, TypeError):
        return None
    return len(lengths) == 1


def batched_by_prompt(webui: Webui, p: Any) -> bool | None:
    """The same before there is any conditioning, by the WebUI's token counter."""
    setting = cond_uncond_batched(webui)
    if not setting or _padded(webui):
        return setting
    hijack = getattr(webui.module("sd_hijack"), "model_hijack", None)
    if hijack is None:
        return None
    try:
        chunks = {
            hijack.get_prompt_lengths(text)[1] // CHUNK_TOKENS for text in (p.all_prompts[0], p.all_negative_prompts[0])
        }
    except (AttributeError, IndexError, TypeError):
        return None
    return len(chunks) == 1


def _padded(webui: Webui) -> bool:
    return bool(webui.option("pad_cond_uncond") or webui.option("pad_cond_uncond_v0"))


def _tokens(cond: Any) -> int:
    """SDXL's conditioning is a dictionary."""
    tensor = cond["crossattn"] if isinstance(cond, dict) else cond
    return int(tensor.shape[0])
