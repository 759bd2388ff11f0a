"""SD 1.5 and SDXL at full size with random weights, by diffusers' model classes; nothing is downloaded."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

MIB = 1024 * 1024
CONFIGS = Path(__file__).resolve().parents[1] / "configs"


@dataclass
class Networks:
    """One checkpoint as it lies in memory. `text_encoders` is only held: it has done its work before the first
    phase.
    """

    name: str
    unet: Any
    vae: Any
    text_encoders: Any
    context_width: int
    pooled_width: int | None
    # sgm, which the WebUI loads SDXL with, switches autocast off around the first stage (disable_first_stage_autocast).
    encodes_in_autocast: bool
    dtype: torch.dtype


def read_config(name: str) -> dict[str, Any]:
    """`name` is sd15, sdxl or toy."""
    config: dict[str, Any] = json.loads((CONFIGS / f"{name}.json").read_text(encoding="utf-8"))
    return config


def build(name: str, device: torch.device, dtype: torch.dtype) -> Networks:
    """Weights are made on the device in `dtype` at once, so that nothing larger is ever held."""
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    config = read_config(name)
    with device, _default_dtype(dtype), torch.no_grad():
        unet = UNet2DConditionModel(**config["unet"]).eval().requires_grad_(False)
        vae = AutoencoderKL(**config["vae"]).eval().requires_grad_(False)
        text_encoders = torch.empty(config["text_encoders_mib"] * MIB, dtype=torch.uint8)
    return Networks(
        name,
        unet,
        vae,
        text_encoders,
        config["context_width"],
        config["pooled_width"],
        config["encodes_in_autocast"],
        dtype,
    )


def weights_mib(module: Any) -> float:
    return sum(tensor.numel() * tensor.element_size() for tensor in module.parameters()) / MIB


def normalise_as_the_webui(unet: Any) -> None:
    """Group normalisation in residual blocks as ldm's GroupNorm32: in 32 bits, and back at once.

    Under autocast diffusers' own would hand 32-bit values on; the transformers' norm is a plain one in both.
    """
    for name, module in unet.named_modules():
        if isinstance(module, torch.nn.GroupNorm) and name.rsplit(".", 1)[-1] in ("norm1", "norm2", "conv_norm_out"):
            module.forward = _group_norm_32(module)


def _group_norm_32(module: torch.nn.GroupNorm) -> Any:
    def forward(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.GroupNorm.forward(module, x.float()).type(x.dtype)

    return forward


@contextlib.contextmanager
def _default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
