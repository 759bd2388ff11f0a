"""Tensors that have a size and no content, and the few operations of which the networks are made.

A tensor gives its block back when Python drops the last reference to it, as PyTorch's tensors do; so the lifetimes of
activations, temporaries and skip connections follow from how the networks are written, and an exception that
is kept keeps its tensors alive.
"""

from __future__ import annotations

from typing import Literal

from .allocator import Block, CachingAllocator

HALF = 2
FLOAT = 4

# Fused: the N x N scores are never held (xformers, SDP). Unfused: they are, whole. Sub-quadratic: for 1024 queries at a
# time. Doggettx: for as many queries as fit the memory that is free (sliced_attention.py).
Attention = Literal["fused", "unfused", "sub-quadratic", "doggettx"]
_QUERIES_AT_A_TIME = 1024


class Tensor:
    """`count` x `channels` x `pixels` elements of `width` bytes each."""

    __slots__ = ("_allocator", "_block", "channels", "count", "pixels", "width")

    def __init__(self, allocator: CachingAllocator, count: int, channels: int, pixels: int, width: int) -> None:
        self.count = count
        self.channels = channels
        self.pixels = pixels
        self.width = width
        self._allocator = allocator
        self._block: Block | None = None
        self._block = allocator.allocate(count * channels * pixels * width)

    def __del__(self) -> None:
        if self._block is not None:
            self._allocator.release(self._block)


class Operations:
    """Eager operations, each allocating its result and whatever PyTorch needs meanwhile.

    `element`: bytes of a number in convolutions and matrix products. Under autocast, normalisations compute and return
    32-bit floats, which those cast back.
    """

    def __init__(self, allocator: CachingAllocator, autocast: bool, element: int = HALF) -> None:
        self.allocator = allocator
        self.autocast = autocast
        self.element = element

    def empty(self, count: int, channels: int, pixels: int, width: int | None = None) -> Tensor:
        return Tensor(self.allocator, count, channels, pixels, width or self.element)

    def like(self, x: Tensor, channels: int | None = None, width: int | None = None) -> Tensor:
        """A new tensor of x's shape, or with other channels or element width."""
        return Tensor(self.allocator, x.count, channels or x.channels, x.pixels, width or x.width)

    def cast(self, x: Tensor, width: int) -> Tensor:
        return x if x.width == width else self.like(x, width=width)

    def convolution(self, x: Tensor, channels: int, pixels: int | None = None) -> Tensor:
        """Also a linear layer: the memory is the same. `pixels` where a stride changes the size."""
        operand = self.cast(x, self.element)
        return Tensor(self.allocator, operand.count, channels, pixels or operand.pixels, self.element)

    def pointwise(self, x: Tensor) -> Tensor:
        return self.like(x)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        return self.like(x, width=max(x.width, y.width))

    def norm(self, x: Tensor) -> Tensor:
        """Group or layer normalisation; 32-bit under autocast."""
        if not self.autocast:
            return self.like(x)
        operand = self.cast(x, FLOAT)
        return self.like(operand)

    def norm_in_float(self, x: Tensor) -> Tensor:
        """The UNet's group normalisation: always computed in 32 bits, given back in the input's type."""
        result = self.like(self.cast(x, FLOAT))
        return self.cast(result, x.width)

    def concatenate(self, x: Tensor, y: Tensor) -> Tensor:
        return self.like(x, channels=x.channels + y.channels)

    def attention(self, query: Tensor, key: Tensor, value: Tensor, heads: int, kind: Attention) -> Tensor:
        """Fused: the result and a row's statistics. Otherwise the scores of every head and their softmax as well."""
        del value  # held by the caller, like the others
        if kind == "fused":
            result = self.like(query)
            statistics = Tensor(self.allocator, query.count, heads, query.pixels, FLOAT)
            del statistics
            return result
        if kind == "unfused" or query.pixels <= _QUERIES_AT_A_TIME:
            weights = self._softmax_of_scores(query, query.pixels, key, heads)
            result = self.like(query)
            del weights
            return result
        result = self.like(query)
        for begin in range(0, query.pixels, _QUERIES_AT_A_TIME):
            queries = min(_QUERIES_AT_A_TIME, query.pixels - begin)
            weights = self._softmax_of_scores(query, queries, key, heads)
            part = Tensor(self.allocator, query.count, query.channels, queries, query.width)
            del weights, part
        return result

    def _softmax_of_scores(self, query: Tensor, queries: int, key: Tensor, heads: int) -> Tensor:
        scores = Tensor(self.allocator, query.count * heads, queries, key.pixels, query.width)
        return self.like(scores)
