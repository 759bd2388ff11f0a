"""A checkpoint's parameters as PyTorch moves them, tensor by tensor (`Module.to`: children first, weight before bias).

From the public configurations of SD 1.5 (ldm) and SDXL (sgm): numbers of elements. They fill the segments that hold
them as those of a real checkpoint do: 5 MiB of SD 1.5's lie free in 16 bits, 250 MiB of SDXL's.
"""

from __future__ import annotations

from .unet import UNetShape

_LATENT_CHANNELS = 4
_VAE_CHANNELS = (128, 256, 512, 512)
_VOCABULARY = 49_408
_POSITIONS = 77
# A vector that says how large the picture is to look, and the like.
_LABEL_CHANNELS = 2816

Tensors = list[int]


def _linear(inputs: int, outputs: int, bias: bool = True) -> Tensors:
    return [inputs * outputs, outputs] if bias else [inputs * outputs]


def _convolution(inputs: int, outputs: int, kernel: int = 3) -> Tensors:
    return [inputs * outputs * kernel**2, outputs]


def _norm(channels: int) -> Tensors:
    return [channels, channels]


def _attention(channels: int, context: int) -> Tensors:
    keys_and_values = 2 * _linear(context, channels, bias=False)
    return _linear(channels, channels, bias=False) + keys_and_values + _linear(channels, channels)


def _transformer(channels: int, depth: int, shape: UNetShape) -> Tensors:
    if depth == 0:
        return []
    project = _linear(channels, channels) if shape.projects_tokens else _convolution(channels, channels, kernel=1)
    block = [
        *_attention(channels, channels),
        *_linear(channels, 8 * channels),
        *_linear(4 * channels, channels),
        *_attention(channels, shape.context_channels),
        *(3 * _norm(channels)),
    ]
    return _norm(channels) + project + depth * block + project


def _residual(inputs: int, outputs: int, embedding: int | None) -> Tensors:
    return [
        *_norm(inputs),
        *_convolution(inputs, outputs),
        *([] if embedding is None else _linear(embedding, outputs)),
        *_norm(outputs),
        *_convolution(outputs, outputs),
        *([] if inputs == outputs else _convolution(inputs, outputs, kernel=1)),
    ]


def unet_tensors(shape: UNetShape, has_labels: bool) -> Tensors:
    """`has_labels`: SDXL's embedding of sizes and the like."""
    embedding = 4 * shape.channels
    found = _linear(shape.channels, embedding) + _linear(embedding, embedding)
    if has_labels:
        found += _linear(_LABEL_CHANNELS, embedding) + _linear(embedding, embedding)
    found += _convolution(_LATENT_CHANNELS, shape.channels)
    channels = shape.channels
    skips = [channels]
    for level, (multiplier, depth) in enumerate(zip(shape.multipliers, shape.depths, strict=True)):
        own = shape.channels * multiplier
        for _ in range(2):
            found += _residual(channels, own, embedding) + _transformer(own, depth, shape)
            channels = own
            skips.append(own)
        if level + 1 < len(shape.multipliers):
            found += _convolution(own, own)
            skips.append(own)
    middle = _residual(channels, channels, embedding)
    found += middle + _transformer(channels, shape.middle_depth, shape) + middle
    for level in reversed(range(len(shape.multipliers))):
        own = shape.channels * shape.multipliers[level]
        for index in range(3):
            found += _residual(channels + skips.pop(), own, embedding) + _transformer(own, shape.depths[level], shape)
            if index == 2 and level > 0:
                found += _convolution(own, own)
            channels = own
    return found + _norm(shape.channels) + _convolution(shape.channels, _LATENT_CHANNELS)


def _vae_middle(channels: int) -> Tensors:
    projections = 4 * _convolution(channels, channels, kernel=1)
    return _residual(channels, channels, None) + _norm(channels) + projections + _residual(channels, channels, None)


def vae_tensors() -> Tensors:
    """Both halves; the decoder's levels are kept from the largest picture to the smallest."""
    first, last = _VAE_CHANNELS[0], _VAE_CHANNELS[-1]
    encoder = _convolution(3, first)
    decoder = _convolution(_LATENT_CHANNELS, last) + _vae_middle(last)
    for level, channels in enumerate(_VAE_CHANNELS):
        before = _VAE_CHANNELS[level - 1] if level > 0 else first
        encoder += _residual(before, channels, None) + _residual(channels, channels, None)
        if level + 1 < len(_VAE_CHANNELS):
            encoder += _convolution(channels, channels)
        larger = _VAE_CHANNELS[level + 1] if level + 1 < len(_VAE_CHANNELS) else last
        decoder += _residual(larger, channels, None) + 2 * _residual(channels, channels, None)
        if level > 0:
            decoder += _convolution(channels, channels)
    encoder += _vae_middle(last) + _norm(last) + _convolution(last, 2 * _LATENT_CHANNELS)
    decoder += _norm(first) + _convolution(first, 3)
    ends = _convolution(2 * _LATENT_CHANNELS, 2 * _LATENT_CHANNELS, kernel=1)
    return encoder + decoder + ends + _convolution(_LATENT_CHANNELS, _LATENT_CHANNELS, kernel=1)


def clip_tensors() -> Tensors:
    """CLIP ViT-L/14, with the numbers of the positions, of 64 bits each."""
    channels = 768
    layer = [
        *(4 * _linear(channels, channels)),
        *_norm(channels),
        *_linear(channels, 4 * channels),
        *_linear(4 * channels, channels),
        *_norm(channels),
    ]
    return [_VOCABULARY * channels, _POSITIONS * channels, 4 * _POSITIONS, *(12 * layer), *_norm(channels)]


def open_clip_tensors() -> Tensors:
    """OpenCLIP ViT-bigG/14, with the mask of its attention."""
    channels = 1280
    layer = [
        *_norm(channels),
        *_linear(channels, channels),
        *_linear(channels, 3 * channels),
        *_norm(channels),
        *_linear(channels, 4 * channels),
        *_linear(4 * channels, channels),
    ]
    embeddings = [_VOCABULARY * channels, *_norm(channels), _POSITIONS * channels, channels * channels, 1]
    return 32 * layer + embeddings + [_POSITIONS * _POSITIONS]
