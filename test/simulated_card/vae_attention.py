"""The autoencoder's attention: one head over all latents of a picture, by the optimisation that is on
(sd_hijack_optimizations.py of A1111 1.10.1, whose sdp keeps the scores whole where the denoising network's does not).
"""

from __future__ import annotations

from .attention import QUERIES_AT_A_TIME, Attention, traced_core
from .sliced_attention import autoencoder_attention_in_slices
from .tensors import FLOAT, Operations, Tensor


def attend_in_autoencoder(ops: Operations, kind: Attention, x: Tensor) -> Tensor:
    """What attention gives, from its input, which it is added to."""
    if kind == "doggettx":
        return autoencoder_attention_in_slices(ops, x)
    if not ops.tracks_order:
        return _traced(ops, kind, x)
    if kind in ("unfused", "v1", "invokeai"):
        return _whole(ops, x)
    normal, operands = _projected(ops, x)
    if kind == "xformers":
        operands = [ops.reordered(y, channels_last=True) for y in operands]
        hidden = ops.like(operands[0])
        ops.passing(hidden.count * hidden.channels * hidden.pixels * FLOAT)
    else:
        while not operands[0].channels_last:
            operands.append(ops.reordered(operands.pop(0), channels_last=True))
        hidden = _by_formula(ops, operands) if kind == "fused" else _in_chunks(ops, operands)
    planar = ops.reordered(hidden, channels_last=False)
    out = ops.convolution(planar, x.channels, kernel=1)
    del planar, hidden
    result = ops.add(x, out)
    del normal, operands
    return result


def _projected(ops: Operations, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    normal = ops.norm(x)
    return normal, [ops.convolution(normal, x.channels, kernel=1) for _ in range(3)]


def _by_formula(ops: Operations, operands: list[Tensor]) -> Tensor:
    """Given three dimensions, scaled dot product attention takes no fused kernel but the formula, scores whole."""
    query, key = ops.pointwise(operands[0]), ops.pointwise(operands[1])
    scores = ops.empty(1, query.pixels, query.pixels)
    del key
    weights = ops.pointwise(scores)
    del scores
    result = ops.like(query)
    del query, weights
    return result


def _in_chunks(ops: Operations, operands: list[Tensor]) -> Tensor:
    value = operands[2]
    pixels = value.pixels
    joined = ops.like(value) if pixels > QUERIES_AT_A_TIME else None
    part = None
    for begin in range(0, pixels, QUERIES_AT_A_TIME):
        queries = min(QUERIES_AT_A_TIME, pixels - begin)
        part = _chunk(ops, value, queries)
    return joined or part or ops.like(value)


def _chunk(ops: Operations, value: Tensor, queries: int) -> Tensor:
    raw = ops.empty(1, queries, value.pixels)
    weights = ops.like(raw, width=FLOAT if ops.autocast else None)
    del raw
    casts = (
        [ops.like(value, width=FLOAT), ops.like(value), ops.like(weights, width=ops.element)] if ops.autocast else []
    )
    part = ops.empty(1, value.channels, queries, channels_last=True)
    del casts
    return part


def _whole(ops: Operations, x: Tensor) -> Tensor:
    """`AttnBlock.forward` of the model's own code. Softmax answers in 32 bits under autocast."""
    normal, operands = _projected(ops, x)
    raw = ops.empty(1, x.pixels, x.pixels)
    scaled = ops.pointwise(raw)
    del raw
    weights = ops.like(scaled, width=FLOAT if ops.autocast else None)
    del scaled
    narrow = ops.cast(weights, ops.element)
    hidden = ops.like(operands[0])
    del narrow, normal
    out = ops.convolution(hidden, x.channels, kernel=1)
    del hidden
    result = ops.add(x, out)
    del operands, weights
    return result


def _traced(ops: Operations, kind: Attention, x: Tensor) -> Tensor:
    h = ops.norm(x)
    query, key, value = (ops.convolution(h, x.channels) for _ in range(3))
    # Attention wants pixels before channels: three copies.
    query, key, value = ops.pointwise(query), ops.pointwise(key), ops.pointwise(value)
    out = ops.convolution(traced_core(ops, kind, query, key, value, 1), x.channels)
    return ops.add(x, out)
