"""The denoising network of Stable Diffusion 1.5 and SDXL: what it allocates, holds and drops, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from .attention import Attention, attend
from .tensors import Operations, Tensor

_PROMPT_TOKENS = 77


@dataclass(frozen=True)
class UNetShape:
    """`depths`: transformer blocks at each resolution, 0 for none. `head_channels`: None for 8 heads at every level.
    `projects_tokens`: transformers project tokens, in an order of their own, and not pictures.
    """

    channels: int
    multipliers: tuple[int, ...]
    depths: tuple[int, ...]
    middle_depth: int
    context_channels: int
    head_channels: int | None
    projects_tokens: bool


SD15_UNET = UNetShape(320, (1, 2, 4, 4), (1, 1, 1, 0), 1, 768, None, False)
SDXL_UNET = UNetShape(320, (1, 2, 4), (0, 2, 10), 10, 2048, 64, True)


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
        emb = ops.empty(x.count, shape.channels * 4, 1, channels_last=ops.tracks_order)
        skips: list[Tensor] = []
        h = ops.convolution(x, shape.channels)
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
                h = self._joined(ops, h, skips.pop())
                h = self._stage(ops, h, emb, context, level, grows=index == 2 and level > 0)
        return ops.convolution(ops.pointwise(ops.norm_in_float(h)), x.channels)

    def _joined(self, ops: Operations, x: Tensor, skip: Tensor) -> Tensor:
        """Doubled, a rounded half is larger than what it is joined with: A1111's hijack of `cat` resizes it."""
        fitting = x if x.pixels == skip.pixels else ops.empty(x.count, x.channels, skip.pixels, x.width)
        result = ops.concatenate(x, skip)
        del fitting
        return result

    def _stage(
        self, ops: Operations, x: Tensor, emb: Tensor, context: Tensor, level: int, grows: bool = False
    ) -> Tensor:
        """A residual block, its transformer, and on the way up a doubling of the size. The caller holds the input."""
        x = self._residual(ops, x, emb, self._shape.channels * self._shape.multipliers[level])
        if self._shape.depths[level]:
            x = self._transformer(ops, x, context, self._shape.depths[level])
        if grows:
            x = self._upsample(ops, x)
        return x

    def _middle(self, ops: Operations, x: Tensor, emb: Tensor, context: Tensor) -> Tensor:
        x = self._residual(ops, x, emb, x.channels)
        x = self._transformer(ops, x, context, self._shape.middle_depth)
        return self._residual(ops, x, emb, x.channels)

    def _upsample(self, ops: Operations, x: Tensor) -> Tensor:
        x = ops.empty(x.count, x.channels, 4 * x.pixels, x.width, x.channels_last)
        return ops.convolution(x, x.channels)

    def _residual(self, ops: Operations, x: Tensor, emb: Tensor, channels: int) -> Tensor:
        h = ops.pointwise(ops.norm_in_float(x))
        h = ops.convolution(h, channels)
        shift = ops.linear(ops.pointwise(emb), channels)
        h = ops.add(h, shift)
        h = self._out_layers(ops, h, channels)
        skip = x if x.channels == channels else ops.convolution(x, channels, kernel=1)
        return ops.add(skip, h)

    def _out_layers(self, ops: Operations, x: Tensor, channels: int) -> Tensor:
        x = ops.norm_in_float(x)
        x = ops.pointwise(x)
        return ops.convolution(x, channels)

    def _transformer(self, ops: Operations, x: Tensor, context: Tensor, depth: int) -> Tensor:
        """SDXL's (sgm) copies into the order of tokens and projects those; SD 1.5's projects pictures and looks at them
        as tokens.
        """
        outer = x
        x = ops.norm(x)
        if self._shape.projects_tokens and ops.tracks_order:
            x = ops.reordered(x, channels_last=True)
            x = ops.linear(x, x.channels)
        else:
            x = ops.convolution(x, x.channels, kernel=1)
        for _ in range(depth):
            x = self._block(ops, x, context)
        if self._shape.projects_tokens and ops.tracks_order:
            x = ops.linear(x, x.channels)
            x = ops.reordered(x, channels_last=False)
        else:
            x = ops.convolution(x, x.channels, kernel=1)
        return ops.add(x, outer)

    def _block(self, ops: Operations, x: Tensor, context: Tensor) -> Tensor:
        """Self-attention, attention to the prompt, and the gated feed-forward layer, which is where memory peaks."""
        x = ops.add(self._attend(ops, ops.norm_tokens(x), None), x)
        x = ops.add(self._attend(ops, ops.norm_tokens(x), context), x)
        return ops.add(self._feed_forward(ops, ops.norm_tokens(x)), x)

    def _attend(self, ops: Operations, x: Tensor, context: Tensor | None) -> Tensor:
        source = x if context is None else context
        per_head = self._shape.head_channels
        heads = 8 if per_head is None else x.channels // per_head
        return attend(ops, self._attention_kind, x, source, heads)

    def _feed_forward(self, ops: Operations, x: Tensor) -> Tensor:
        gated = self._gate(ops, x)
        return ops.linear(gated, x.channels)

    def _gate(self, ops: Operations, x: Tensor) -> Tensor:
        both = ops.linear(x, x.channels * 8)
        activated = ops.like(both, channels=both.channels // 2)
        return ops.pointwise(activated)


def context_of(ops: Operations, shape: UNetShape, count: int, width: int | None = None) -> Tensor:
    """What the prompts become: 77 tokens each."""
    return ops.empty(count, shape.context_channels, _PROMPT_TOKENS, width)
