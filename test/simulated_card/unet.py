"""The denoising network of Stable Diffusion 1.5 and SDXL: what it allocates, holds and drops, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from .sliced_attention import attend_in_slices
from .tensors import Attention, Operations, Tensor

_PROMPT_TOKENS = 77


@dataclass(frozen=True)
class UNetShape:
    """`depths`: transformer blocks at each resolution, 0 for none. `head_channels`: None for 8 heads at every level."""

    channels: int
    multipliers: tuple[int, ...]
    depths: tuple[int, ...]
    middle_depth: int
    context_channels: int
    head_channels: int | None


SD15_UNET = UNetShape(320, (1, 2, 4, 4), (1, 1, 1, 0), 1, 768, None)
SDXL_UNET = UNetShape(320, (1, 2, 4), (0, 2, 10), 10, 2048, 64)


class UNet:
    def __init__(self, shape: UNetShape, attention: Attention) -> None:
        self._shape = shape
        self._attention_kind = attention

    def __call__(self, ops: Operations, x: Tensor, context: Tensor, width: int, height: int) -> Tensor:
        """One evaluation. `x`: latents of the effective batch, `width` x `height` latent pixels."""
        shape = self._shape
        sizes = [(width, height)]
        for _ in shape.multipliers[1:]:
            w, h = sizes[-1]
            sizes.append(((w + 1) // 2, (h + 1) // 2))
        emb = ops.empty(x.count, shape.channels * 4, 1)
        skips: list[Tensor] = []
        h = ops.cast(x, ops.element)
        h = ops.convolution(h, shape.channels)
        skips.append(h)
        for level in range(len(sizes)):
            for _ in range(2):
                h = self._stage(ops, h, emb, context, level)
                skips.append(h)
            if level + 1 < len(sizes):
                h = ops.convolution(h, h.channels, pixels=sizes[level + 1][0] * sizes[level + 1][1])
                skips.append(h)
        h = self._middle(ops, h, emb, context)
        for level in reversed(range(len(sizes))):
            for index in range(3):
                h = ops.concatenate(h, skips.pop())
                grown = sizes[level - 1][0] * sizes[level - 1][1] if index == 2 and level > 0 else None
                h = self._stage(ops, h, emb, context, level, grown)
        h = ops.pointwise(ops.norm_in_float(h))
        return ops.convolution(h, x.channels)

    def _stage(
        self, ops: Operations, x: Tensor, emb: Tensor, context: Tensor, level: int, grown: int | None = None
    ) -> Tensor:
        """A residual block, its transformer, and on the way up a doubling of the size. The caller holds the input."""
        x = self._residual(ops, x, emb, self._shape.channels * self._shape.multipliers[level])
        if self._shape.depths[level]:
            x = self._transformer(ops, x, context, self._shape.depths[level])
        if grown is not None:
            x = self._upsample(ops, x, grown)
        return x

    def _middle(self, ops: Operations, x: Tensor, emb: Tensor, context: Tensor) -> Tensor:
        x = self._residual(ops, x, emb, x.channels)
        x = self._transformer(ops, x, context, self._shape.middle_depth)
        return self._residual(ops, x, emb, x.channels)

    def _upsample(self, ops: Operations, x: Tensor, pixels: int) -> Tensor:
        x = ops.empty(x.count, x.channels, pixels)
        return ops.convolution(x, x.channels)

    def _residual(self, ops: Operations, x: Tensor, emb: Tensor, channels: int) -> Tensor:
        h = ops.pointwise(ops.norm_in_float(x))
        h = ops.convolution(h, channels)
        shift = ops.convolution(ops.pointwise(emb), channels)
        h = ops.add(h, shift)
        h = self._out_layers(ops, h, channels)
        skip = x if x.channels == channels else ops.convolution(x, channels)
        return ops.add(skip, h)

    def _out_layers(self, ops: Operations, x: Tensor, channels: int) -> Tensor:
        x = ops.norm_in_float(x)
        x = ops.pointwise(x)
        return ops.convolution(x, channels)

    def _transformer(self, ops: Operations, x: Tensor, context: Tensor, depth: int) -> Tensor:
        """Looks at pixels before channels without a copy, so that it is the same whether it projects before or after
        that.
        """
        outer = x
        x = ops.norm(x)
        x = ops.convolution(x, x.channels)
        for _ in range(depth):
            x = self._block(ops, x, context)
        x = ops.convolution(x, x.channels)
        return ops.add(x, outer)

    def _block(self, ops: Operations, x: Tensor, context: Tensor) -> Tensor:
        """Self-attention, attention to the prompt, and the gated feed-forward layer, which is where memory peaks."""
        x = ops.add(self._attend(ops, ops.norm(x), None), x)
        x = ops.add(self._attend(ops, ops.norm(x), context), x)
        return ops.add(self._feed_forward(ops, ops.norm(x)), x)

    def _attend(self, ops: Operations, x: Tensor, context: Tensor | None) -> Tensor:
        source = x if context is None else context
        per_head = self._shape.head_channels
        heads = 8 if per_head is None else x.channels // per_head
        if self._attention_kind == "doggettx":
            return ops.convolution(attend_in_slices(ops, x, source, heads), x.channels)
        query = ops.convolution(x, x.channels)
        key = ops.convolution(source, x.channels)
        value = ops.convolution(source, x.channels)
        hidden = ops.attention(query, key, value, heads, self._attention_kind)
        return ops.convolution(hidden, x.channels)

    def _feed_forward(self, ops: Operations, x: Tensor) -> Tensor:
        gated = self._gate(ops, x)
        return ops.convolution(gated, x.channels)

    def _gate(self, ops: Operations, x: Tensor) -> Tensor:
        both = ops.convolution(x, x.channels * 8)
        activated = ops.like(both, channels=both.channels // 2)
        return ops.pointwise(activated)


def context_of(ops: Operations, shape: UNetShape, count: int) -> Tensor:
    """What the prompts become: 77 tokens each."""
    return ops.empty(count, shape.context_channels, _PROMPT_TOKENS)
