"""The autoencoder that both model families share: pictures to latents and back, one picture at a time."""

from __future__ import annotations

from .attention import Attention
from .tensors import Operations, Tensor
from .vae_attention import attend_in_autoencoder

LATENT_CHANNELS = 4
_CHANNELS = (128, 256, 512, 512)


class Vae:
    """Sizes are in output pixels; a level of the network has half the width and height of the one before."""

    def __init__(self, attention: Attention) -> None:
        self._attention_kind = attention

    def decode(self, ops: Operations, latent: Tensor, width: int, height: int) -> Tensor:
        h = ops.convolution(latent, LATENT_CHANNELS, kernel=1)
        h = ops.convolution(h, _CHANNELS[-1])
        h = self._residual(ops, h, h.channels)
        h = attend_in_autoencoder(ops, self._attention_kind, h)
        h = self._residual(ops, h, h.channels)
        for level in reversed(range(len(_CHANNELS))):
            for _ in range(3):
                h = self._residual(ops, h, _CHANNELS[level])
            if level > 0:
                h = self._upsample(ops, h, (width >> (level - 1)) * (height >> (level - 1)))
        h = ops.norm(h)
        h = ops.pointwise(h)
        return ops.convolution(h, 3)

    def encode(self, ops: Operations, pictures: Tensor, width: int, height: int) -> Tensor:
        """One of the pictures, looked at where it lies. Every level's results are held to the end, as in the reference
        code.
        """
        one = Tensor(None, 1, pictures.channels, pictures.pixels, pictures.width)
        held = [ops.convolution(one, _CHANNELS[0])]
        for level, channels in enumerate(_CHANNELS):
            for _ in range(2):
                held.append(self._residual(ops, held[-1], channels))
            if level + 1 < len(_CHANNELS):
                held.append(self._downsample(ops, held[-1], width >> level, height >> level))
        h = held[-1]
        h = self._residual(ops, h, h.channels)
        h = attend_in_autoencoder(ops, self._attention_kind, h)
        h = self._residual(ops, h, h.channels)
        h = ops.norm(h)
        h = ops.pointwise(h)
        h = ops.convolution(h, 2 * LATENT_CHANNELS)
        moments = ops.convolution(h, 2 * LATENT_CHANNELS, kernel=1)
        return ops.empty(1, LATENT_CHANNELS, moments.pixels)

    def _residual(self, ops: Operations, x: Tensor, channels: int) -> Tensor:
        h = ops.norm(x)
        h = ops.pointwise(h)
        h = ops.convolution(h, channels)
        h = ops.norm(h)
        h = ops.pointwise(h)
        h = ops.convolution(h, channels)
        skip = x if x.channels == channels else ops.convolution(x, channels, kernel=1)
        return ops.add(skip, h)

    def _upsample(self, ops: Operations, x: Tensor, pixels: int) -> Tensor:
        x = ops.empty(x.count, x.channels, pixels)
        return ops.convolution(x, x.channels)

    def _downsample(self, ops: Operations, x: Tensor, width: int, height: int) -> Tensor:
        """Padded by a row and a column first."""
        padded = ops.empty(x.count, x.channels, (width + 1) * (height + 1) if ops.tracks_order else x.pixels, x.width)
        return ops.convolution(padded, x.channels, pixels=(width >> 1) * (height >> 1))
