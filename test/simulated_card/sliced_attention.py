"""Doggettx's attention: the scores of as many queries at a time as fit the memory that is free.

After `split_cross_attention_forward` and `cross_attention_attnblock_forward` in sd_hijack_optimizations.py of A1111
1.10.1; which tensors live when was traced there with PyTorch's dispatcher. Slices are 1, 2, 4 ... in number.
"""

from __future__ import annotations

import math

from .allocator import CachingAllocator, Refused
from .tensors import HALF, Operations, Tensor

_MOST_SLICES = 64


def attend_in_slices(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    """The denoising network's, from its input and what it attends to, before the last projection."""
    query, key, value = (ops.convolution(y, x.channels) for y in (x, source, source))
    key = ops.pointwise(key)
    by_heads = [ops.pointwise(y) for y in (query, key, value)]
    del query, key, value
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
    del by_heads
    return ops.pointwise(joined)


def autoencoder_attention_in_slices(ops: Operations, x: Tensor) -> Tensor:
    """The autoencoder's, whole: one head; in one piece where the pixels cannot be shared out evenly."""
    normal = ops.norm(x)
    projections = [ops.convolution(normal, x.channels) for _ in range(3)]
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
    result = ops.convolution(joined, x.channels)
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
