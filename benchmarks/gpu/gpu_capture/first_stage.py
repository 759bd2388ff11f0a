"""The autoencoder's two ways over diffusers' layers, in the order of ldm's Encoder and Decoder, which the WebUI runs.

diffusers' own blocks hold their input until they are through; ldm lets go of it after its first layer. The peak is the
same, but with several pictures what is held pins segments, and the decode needs a third more.
Source: ldm/modules/diffusionmodules/model.py.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import silu


def decode(vae: Any, latent: torch.Tensor) -> torch.Tensor:
    """One latent, (1, 4, h, w), to one picture, (1, 3, 8 h, 8 w)."""
    decoder = vae.decoder
    h = decoder.conv_in(vae.post_quant_conv(latent / vae.config.scaling_factor))
    h = _middle(decoder.mid_block, h)
    for block in decoder.up_blocks:
        for resnet in block.resnets:
            h = resnet(h, None)
        for upsampler in block.upsamplers or ():
            h = upsampler(h)
    return _end(decoder, h)


def encode(vae: Any, picture: torch.Tensor) -> torch.Tensor:
    """One picture to a sample of its latent."""
    encoder = vae.encoder
    h = encoder.conv_in(picture)
    for block in encoder.down_blocks:
        for resnet in block.resnets:
            h = resnet(h, None)
        for downsampler in block.downsamplers or ():
            h = downsampler(h)
    moments = vae.quant_conv(_end(encoder, _middle(encoder.mid_block, h)))
    mean, logvar = moments.chunk(2, dim=1)
    std = torch.exp(0.5 * logvar.clamp(-30.0, 20.0))
    return (mean + std * torch.randn_like(mean)) * vae.config.scaling_factor


def _middle(block: Any, h: torch.Tensor) -> torch.Tensor:
    h = block.resnets[0](h, None)
    h = block.attentions[0](h)
    return block.resnets[1](h, None)


def _end(coder: Any, h: torch.Tensor) -> torch.Tensor:
    h = coder.conv_norm_out(h)
    h = silu(h)
    return coder.conv_out(h)
