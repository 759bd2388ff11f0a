"""A row of the traced or the recorded tables as phases on a fresh allocator, in the order in which they were made."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .allocator import MIB, CachingAllocator, Refused
from .attention import Attention
from .laws import TRACED, Laws, Libraries
from .phases import ModelShape, Phases
from .tensors import HALF, Tensor

_UNLIMITED = 1 << 60
_NEED_STEP = 4 * MIB


@dataclass(frozen=True)
class Variant:
    """What of a set-up moves the curve. `*_element`: bytes of a number; `batched_cond`: both prompts at once in the
    UNet; `laws`: of the card.
    """

    model: ModelShape
    attention: Attention = "fused"
    unet_element: int = HALF
    vae_element: int = HALF
    batched_cond: bool = True
    laws: Laws = TRACED


@dataclass(frozen=True)
class Memory:
    """In MiB, weights left out, as the tables have it; needs to 4 MiB.

    `need_mib`: the least device; `cap_need_mib`: the least cap on the given one.
    """

    active_mib: float
    reserved_mib: float
    need_mib: float
    cap_need_mib: float


def memory_of(variant: Variant, row: Mapping[str, str], room: int = _UNLIMITED) -> Memory:
    """On a device that has `room` bytes. Raises Refused where these are too few."""
    free = replay(variant, row, room)
    most = free.reserved.peak
    # Workspaces are done without where they do not fit, so less than what is active with them may do.
    low = replay(_without_workspaces(variant), row, room).allocated.peak
    cap_need = _least(low, most, lambda cap: replay(variant, row, room, cap))
    need = _least_device(variant, row) if variant.attention in ("doggettx", "invokeai") else cap_need
    return Memory(free.allocated.peak / MIB, most / MIB, need / MIB, cap_need / MIB)


def _least_device(variant: Variant, row: Mapping[str, str]) -> int:
    """More slices are made the less room there is, so a smaller device may do where a larger one does not: the least is
    meant.
    """
    bare = dataclasses.replace(_without_workspaces(variant), attention="xformers")
    low = high = replay(bare, row).allocated.peak * 9 // 10
    while not _runs(functools.partial(replay, variant, row, high)):
        low, high = high, high * 101 // 100
    return _least(low, high, lambda size: replay(variant, row, size))


def _without_workspaces(variant: Variant) -> Variant:
    laws = dataclasses.replace(variant.laws, workspace="none", workspace_in_float="none")
    return dataclasses.replace(variant, laws=laws)


def _least(low: int, high: int, run: Callable[[int], object]) -> int:
    while high - low > _NEED_STEP:
        middle = (low + high) // 2
        if _runs(functools.partial(run, middle)):
            high = middle
        else:
            low = middle
    return high


def _runs(run: Callable[[], object]) -> bool:
    try:
        run()
    except Refused:
        return False
    return True


def replay(
    variant: Variant, row: Mapping[str, str], room: int = _UNLIMITED, cap: int | None = None
) -> CachingAllocator:
    """The allocator after the run on a device that has `room` bytes. Raises Refused where they, or `cap`, are too
    few.
    """
    allocator = CachingAllocator(lambda: room - allocator.reserved.current)
    allocator.cap = cap
    libraries = Libraries(variant.laws)
    elements = variant.unet_element, variant.vae_element
    phases = Phases(allocator, variant.model, variant.attention, *elements, libraries)
    width, height, batch = (int(row[name]) for name in ("width", "height", "batch"))

    def sample(x: Tensor, w: int, h: int) -> Tensor:
        for _ in range(2):
            x = phases.sampling_step(x, w, h, variant.batched_cond)
        return x

    def decode(x: Tensor, w: int, h: int) -> None:
        for _ in range(min(batch, 2)):
            phases.decode(x, w, h)

    def encode(w: int, h: int) -> Tensor:
        """The traced tables have one picture of a batch encoded, a card has all. Sampling then begins with latents of
        its own: no segment is held. Gives the pictures.
        """
        pictures = phases.picture(w, h, batch)
        if variant.laws.tracks_order:
            phases.encode(pictures, w, h)
        else:
            phases.encode_one(pictures, w, h)
        return pictures

    if row["op"] == "txt2img":
        decode(sample(phases.latents(width, height, batch), width, height), width, height)
        return allocator
    if row["op"] == "img2img":
        encode(width, height)
        allocator.empty_cache()
        x = sample(phases.latents(width, height, batch), width, height)
    else:
        x = sample(phases.latents(width, height, batch), width, height)
        allocator.empty_cache()
        first_width, first_height = width, height
        held = None
        width, height = int(row["hr_width"]), int(row["hr_height"])
        if row["hr_upscaler"] == "image":
            decode(x, first_width, first_height)
            held = encode(width, height)
            # On a card they stay until what was made of them is decoded.
            held = held if variant.laws.tracks_order else None
        del x
        allocator.empty_cache()
        x = sample(phases.latents(width, height, batch), width, height)
    allocator.empty_cache()
    decode(x, width, height)
    return allocator
