"""The denoising network's attention, from its input and what it attends to, as A1111 1.10.1's optimisations compute it
(sd_hijack_optimizations.py, hypernetwork.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from .sliced_attention import attend_in_slices, attend_in_slices_of_heads
from .tensors import FLOAT, Operations, Tensor

# Fused (sdp) and xformers: the N x N scores are never held, but for sdp's in the autoencoder. Unfused ("None"): they
# are, whole. V1: those of two heads. Sub-quadratic: for 1024 queries at a time. Doggettx, InvokeAI: for as many
# queries, or heads, as fit the memory that is free (sliced_attention.py).
Attention = Literal["fused", "xformers", "unfused", "v1", "sub-quadratic", "doggettx", "invokeai"]
QUERIES_AT_A_TIME = 1024
# torch 2.1's flash takes heads up to this size, and is preferred where batch times heads is as large as this.
_FLASH_HEAD_CHANNELS = 128
_FLASH_FROM = 60


def attend(ops: Operations, kind: Attention, x: Tensor, source: Tensor, heads: int) -> Tensor:
    if not ops.tracks_order and kind not in ("doggettx", "invokeai"):
        return _traced(ops, kind, x, source, heads)
    return _KINDS[kind](ops, x, source, heads)


def projected(ops: Operations, x: Tensor, source: Tensor) -> list[Tensor]:
    return [ops.linear(y, x.channels, bias=False) for y in (x, source, source)]


def by_heads(ops: Operations, operands: list[Tensor]) -> list[Tensor]:
    """Copies in which heads come first; of a single picture they are only looked at in that order."""
    return operands if ops.tracks_order and operands[0].count == 1 else [ops.pointwise(y) for y in operands]


def _fused(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    operands = projected(ops, x, source)
    hidden = ops.like(operands[0])
    _kernels_pieces(ops, hidden, source, heads)
    result = ops.linear(hidden, x.channels)
    del operands
    return result


def _kernels_pieces(ops: Operations, query: Tensor, source: Tensor, heads: int) -> None:
    """Beside its result: an accumulator in 32 bits, each row's logarithm of its sum."""
    kernel = ops.libraries.laws.kernel
    head_channels = query.channels // heads
    pieces: list[Tensor] = []
    if kernel != "flash" and head_channels > _FLASH_HEAD_CHANNELS:
        pieces.append(ops.like(query, width=FLOAT))
    elif kernel == "flash" or (kernel == "flash-if-many" and query.count * heads >= _FLASH_FROM):
        keys_at_a_time = 128 if head_channels > 64 else 256
        if kernel != "flash" and source.pixels == query.pixels and source.pixels > keys_at_a_time:
            pieces.append(ops.like(query, width=FLOAT))
        pieces.append(ops.like(query, channels=heads, width=FLOAT))
    del pieces


def _xformers(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    operands = projected(ops, x, source)
    hidden = ops.like(operands[0])
    ops.passing(hidden.count * heads * hidden.pixels * FLOAT)
    result = ops.linear(hidden, x.channels)
    del operands
    return result


def _unfused(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    """Softmax answers in 32 bits under autocast."""
    operands = by_heads(ops, projected(ops, x, source))
    raw = ops.empty(x.count * heads, x.pixels, source.pixels)
    scores = ops.pointwise(raw)
    del raw
    weights = ops.like(scores, width=FLOAT if ops.autocast else None)
    narrow = ops.cast(weights, ops.element)
    part = ops.like(operands[0])
    del narrow
    hidden = ops.pointwise(part)
    del part
    result = ops.linear(hidden, x.channels)
    del operands, scores, weights
    return result


def _two_heads_at_a_time(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    operands = by_heads(ops, projected(ops, x, source))
    joined = ops.like(operands[0])
    for _ in range(x.count * heads // 2):
        raw = ops.empty(2, x.pixels, source.pixels)
        weights = ops.like(raw, width=FLOAT if ops.autocast else None)
        del raw
        narrow = ops.cast(weights, ops.element)
        part = ops.empty(2, x.channels // heads, x.pixels)
        del narrow, part, weights
    del operands
    hidden = ops.pointwise(joined)
    del joined
    return ops.linear(hidden, x.channels)


def _in_chunks(ops: Operations, x: Tensor, source: Tensor, heads: int) -> Tensor:
    operands = by_heads(ops, projected(ops, x, source))
    joined = ops.like(x, width=ops.element) if x.pixels > QUERIES_AT_A_TIME else None
    part = None
    for begin in range(0, x.pixels, QUERIES_AT_A_TIME):
        part = _chunk(ops, x, operands[2], heads, min(QUERIES_AT_A_TIME, x.pixels - begin))
    hidden = ops.like(x, width=ops.element)
    del part, joined
    result = ops.linear(hidden, x.channels)
    del operands
    return result


def _chunk(ops: Operations, x: Tensor, value: Tensor, heads: int, queries: int) -> Tensor:
    raw = ops.empty(x.count * heads, queries, value.pixels)
    weights = ops.like(raw, width=FLOAT if ops.autocast else None)
    del raw
    casts = (
        [ops.like(value, width=FLOAT), ops.like(value), ops.like(weights, width=ops.element)] if ops.autocast else []
    )
    part = ops.empty(x.count, x.channels, queries)
    del casts
    return part


def _traced(ops: Operations, kind: Attention, x: Tensor, source: Tensor, heads: int) -> Tensor:
    """On meta tensors: no order of dimensions and no kernels. What is not traced counts as fused."""
    query, key, value = projected(ops, x, source)
    hidden = traced_core(ops, kind, query, key, value, heads)
    return ops.linear(hidden, x.channels)


def traced_core(ops: Operations, kind: Attention, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
    """Fused: the result and a row's statistics. Otherwise the scores of every head and their softmax as well."""
    del value  # held by the caller, like the others
    if kind not in ("unfused", "sub-quadratic"):
        result = ops.like(query)
        ops.passing(query.count * heads * query.pixels * FLOAT)
        return result
    if kind == "unfused" or query.pixels <= QUERIES_AT_A_TIME:
        weights = _softmax_of_scores(ops, query, query.pixels, key, heads)
        result = ops.like(query)
        del weights
        return result
    result = ops.like(query)
    for begin in range(0, query.pixels, QUERIES_AT_A_TIME):
        queries = min(QUERIES_AT_A_TIME, query.pixels - begin)
        weights = _softmax_of_scores(ops, query, queries, key, heads)
        part = ops.empty(query.count, query.channels, queries, query.width)
        del weights, part
    return result


def _softmax_of_scores(ops: Operations, query: Tensor, queries: int, key: Tensor, heads: int) -> Tensor:
    scores = ops.empty(query.count * heads, queries, key.pixels, query.width)
    return ops.like(scores)


_KINDS: dict[Attention, Callable[[Operations, Tensor, Tensor, int], Tensor]] = {
    "fused": _fused,
    "xformers": _xformers,
    "unfused": _unfused,
    "v1": _two_heads_at_a_time,
    "sub-quadratic": _in_chunks,
    "doggettx": attend_in_slices,
    "invokeai": attend_in_slices_of_heads,
}
