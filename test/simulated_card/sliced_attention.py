"""Attention whose scores are cut up to fit the memory that is free: Doggettx's by queries, InvokeAI's by heads.

After `split_cross_attention_forward`, `cross_attention_attnblock_forward` and `split_cross_attention_forward_invokeAI`
in sd_hijack_optimizations.py of A1111 1.10.1; which tensors live when was traced there with PyTorch's dispatcher.
"""

from __future__ import annotations

import math

from .allocator import MIB, CachingAllocator, Refused
from .tensors import HALF, Operations, Tensor

_MOST_SLICES = 64
# Of the memory that is free one slice's scores may take this part (InvokeAI's).
_TIMES_OVER = 3.3


def _operands(ops: Operations, x: Tensor, source: Tensor) -> list[Tensor]:
    """The key scaled before all else, then copies in which heads come first; a single picture is only looked at so."""
    query, key, value = (ops.linear(y, x.channels, bias=False) for y in (x, source, source))
    key = ops.pointwise(key)
    operands = [query, key, value]
    return operands if ops.tracks_order and x.count == 1 else [ops.pointwise(y) for y in operands]


def attend_in_slices(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    """Doggettx's in the denoising network. Slices are 1, 2, 4 ... in number."""
    operands = _operands(ops, x, source)
    joined = ops.like(x, width=ops.element)
    scores = x.count * heads * x.pixels * source.pixels * ops.element
    slices = _slices(ops.allocator, scores * (3 if ops.element == HALF else 2.5))
    if slices > _MOST_SLICES:
        raise Refused(scores // _MOST_SLICES, capped=False)
    step = x.pixels // slices
    for begin in range(0, x.pixels, step):
        queries = min(step, x.pixels - begin)
        weights = _softmax(ops, x.count * heads, queries, source.pixels)
        part = ops.empty(x.count, x.channels, queries)
        del weights, part
    del operands
    hidden = ops.pointwise(joined)
    del joined
    return ops.linear(hidden, x.channels)


def attend_in_slices_of_heads(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    """InvokeAI's in the denoising network: heads of all pictures, or rows where those are too few."""
    operands = _operands(ops, x, source)
    count, queries = _slice_of_heads(ops, x, source, x.count * heads)
    is_whole = (count, queries) == (x.count * heads, x.pixels)
    joined = None if is_whole else ops.like(x, width=ops.element)
    for first_head in range(0, x.count * heads, count):
        for first in range(0, x.pixels, queries):
            own_heads, own = min(count, x.count * heads - first_head), min(queries, x.pixels - first)
            weights = _softmax(ops, own_heads, own, source.pixels)
            part = ops.empty(own_heads, x.channels // heads, own)
            del weights
            if is_whole:
                joined = part
            del part
    hidden = ops.like(x, width=ops.element)
    result = ops.linear(hidden, x.channels)
    del operands, joined
    return result


def _slice_of_heads(ops: Operations, x: Tensor, source: Tensor, all_heads: int) -> tuple[int, int]:
    """Heads and rows at a time, reckoned in whole MiB as `einsum_op_tensor_mem` does."""
    whole_mib = all_heads * x.pixels * source.pixels * ops.element // MIB
    most_mib = ops.allocator.free_bytes / _TIMES_OVER / MIB
    if whole_mib <= most_mib:
        return all_heads, x.pixels
    if most_mib <= 0:
        raise Refused(whole_mib * MIB, capped=False)
    slices = 1 << int((whole_mib - 1) / most_mib).bit_length()
    if slices <= all_heads:
        return all_heads // slices, x.pixels
    return all_heads, max(x.pixels // slices, 1)


def autoencoder_attention_in_slices(ops: Operations, x: Tensor) -> Tensor:
    """Doggettx's in the autoencoder, whole: one head; in one piece where the pixels cannot be shared out evenly."""
    normal = ops.norm(x)
    projections = [ops.convolution(normal, x.channels, kernel=1) for _ in range(3)]
    joined = ops.like(projections[1])
    del normal
    slices = _slices(ops.allocator, x.pixels * x.pixels * ops.element * 2.5)
    step = x.pixels // slices if x.pixels % slices == 0 else x.pixels
    for _ in range(0, x.pixels, step):
        scaled = _softmax(ops, 1, step, x.pixels)
        weights = ops.like(scaled)
        del scaled
        part = ops.empty(1, x.channels, step)
        del weights, part
    result = ops.convolution(joined, x.channels, kernel=1)
    del projections
    return result


def _softmax(ops: Operations, count: int, queries: int, keys: int) -> Tensor:
    """Of scores, which are held meanwhile."""
    scores = ops.empty(count, queries, keys)
    return ops.like(scores)


def _slices(allocator: CachingAllocator, wanted_bytes: float) -> int:
    free = allocator.free_bytes
    if wanted_bytes <= free:
        return 1
    return 2 ** math.ceil(math.log2(wanted_bytes / free)) if free > 0 else 1 << 30
