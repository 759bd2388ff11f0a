"""What the sidecar must know of the WebUI: the device, the calibration key's entries, traits, upscalers.

The key holds what moves the memory curve; names are those of AUTOMATIC1111, and a fork that lacks one simply has no
such entry.
"""

from __future__ import annotations

import importlib
import os
import re
from typing import Any

from ..wire import client as wire
from .a1111 import Webui
from .device import describe_device
from .program import program_of

TEXT_LIMIT = 300
UPSCALER_LIMIT = 300

# Options and flags that are taken as they stand.
KEY_OPTIONS = (
    "sd_vae",
    "sd_unet",
    "upcast_attn",
    "batch_cond_uncond",
    "pad_cond_uncond",
    "pad_cond_uncond_v0",
    "token_merging_ratio",
    "token_merging_ratio_img2img",
    "token_merging_ratio_hr",
    "hypertile_enable_unet",
    "hypertile_enable_unet_secondpass",
    "hypertile_max_depth_unet",
    "hypertile_max_tile_unet",
    "hypertile_swap_size_unet",
    "hypertile_enable_vae",
    "hypertile_max_depth_vae",
    "hypertile_max_tile_vae",
    "hypertile_swap_size_vae",
    "sd_vae_encode_method",
    "sd_vae_decode_method",
    "cache_fp16_weight",
    "sd_checkpoints_limit",
    "ESRGAN_tile",
    "DAT_tile",
)
KEY_DEVICES = ("dtype", "dtype_unet", "dtype_vae", "dtype_inference", "fp8", "unet_needs_upcast")
KEY_VARIABLES = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF")
FAMILIES = ("is_sd3", "is_ssd", "is_sdxl", "is_sd2", "is_sd1")

ATTENTION = {
    "xformers": "fused",
    "sdp": "fused",
    "sdp-no-mem": "fused",
    "V1": "unfused",
    "": "unfused",
    "Doggettx": "doggettx",
    "InvokeAI": "invokeai",
    "sub-quadratic": "sub-quadratic",
}


# Up to 1.5 Doggettx's attention did without slices where they could not all be of one size.
_SLICES_OTHERWISE = re.compile(r"v?1\.[0-5]\.")


def text(value: object) -> str:
    return str(value)[:TEXT_LIMIT]


def attention_of(webui: Webui, version: str) -> tuple[str, str]:
    """Kind and name of the optimisation in force. The WebUI resolves "Automatic" when a checkpoint is loaded; unknown
    before.
    """
    hijack = getattr(webui.module("sd_hijack"), "model_hijack", None)
    name = getattr(hijack, "optimization_method", None)
    if not isinstance(name, str) or webui.is_forge:
        return "unknown", "unknown"
    kind = ATTENTION.get(name, "unknown")
    device = getattr(webui.device, "type", None)
    if name == "InvokeAI" and device == "cpu":
        # Slices of 32 MB whatever is free (sd_hijack_optimizations.einsum_op): memory grows as with sub-quadratic
        # attention.
        kind = "sub-quadratic"
    elif name == "InvokeAI" and device != "cuda":
        kind = "adaptive"
    if name == "Doggettx" and (device != "cuda" or _SLICES_OTHERWISE.match(version)):
        kind = "adaptive"
    return kind, name or "None"


def family_of(model: Any) -> str:
    """Most particular first: an SSD is also an SDXL."""
    family = next((name[3:] for name in FAMILIES if getattr(model, name, False)), "unknown")
    # Inpainting and instruct models encode an image before they sample.
    conditioning = getattr(getattr(model, "model", None), "conditioning_key", None)
    return family if conditioning in (None, "crossattn") else f"{family} {conditioning}"


def vram_mode_of(webui: Webui, family: str) -> str:
    if webui.flag("lowvram"):
        return "lowvram"
    if webui.flag("medvram") or (webui.flag("medvram_sdxl") and family.startswith(("sdxl", "ssd"))):
        return "medvram"
    return "none"


def live_preview_of(webui: Webui) -> str:
    """Only a full decode costs memory worth telling apart."""
    full = webui.option("live_previews_enable") and webui.option("show_progress_type") == "Full"
    return "Full" if full else "light"


def key_of(webui: Webui, device: wire.Message, version: str) -> dict[str, str]:
    model = webui.loaded_model
    family = family_of(model) if model is not None else "unknown"
    key = {
        "device": text(device["uuid"] or device["busId"] or device["name"]),
        "torch": text(getattr(webui.torch, "__version__", "unknown")),
        "family": text(family),
        "vram_mode": vram_mode_of(webui, family),
        "attention": text(attention_of(webui, version)[1]),
        "live_preview": live_preview_of(webui),
    }
    devices = webui.devices
    for name in KEY_DEVICES:
        if getattr(devices, name, None) is not None:
            key[name] = text(getattr(devices, name)).removeprefix("torch.")
    for name in KEY_OPTIONS:
        value = webui.option(name)
        if value is not None:
            key[name] = text(value)
    for name in KEY_VARIABLES:
        if os.environ.get(name):
            key[name] = text(os.environ[name])
    return key


def cond_uncond_batched(webui: Webui) -> bool | None:
    """The setting alone; whether a particular prompt allows it is the run's affair. Forge decides by what is free:
    None.
    """
    if webui.is_forge:
        return None
    value = webui.option("batch_cond_uncond", getattr(webui.shared, "batch_cond_uncond", None))
    return None if value is None else bool(value)


def upscalers_of(webui: Webui) -> list[dict[str, str]]:
    latent = list(getattr(webui.shared, "latent_upscale_modes", None) or {})
    image = [getattr(upscaler, "name", None) for upscaler in getattr(webui.shared, "sd_upscalers", None) or []]
    both = [(name, "latent") for name in latent] + [(name, "image") for name in image if isinstance(name, str)]
    return [{"name": name[:200], "kind": kind} for name, kind in both][:UPSCALER_LIMIT]


def checkpoint_of(model: Any) -> str | None:
    """None says that none is loaded: nothing is keyed then."""
    if model is None:
        return None
    info = getattr(model, "sd_checkpoint_info", None)
    name = getattr(info, "short_title", None) or getattr(info, "title", None) or getattr(info, "name", None)
    return text(name) if name else "unknown"


def webui_version() -> str:
    """The WebUI may ask git."""
    try:
        tag = str(importlib.import_module("launch").git_tag())
    except (ImportError, AttributeError, OSError):
        return "unknown"
    return "unknown" if tag == "<none>" else text(tag)


class EnvironmentReader:
    """Describes the WebUI as it stands. Device and version are asked for once: they cannot change while it runs."""

    def __init__(self, webui: Webui) -> None:
        self._webui = webui
        self._device: wire.Message | None = None
        self._version: str | None = None

    def read(self, static_mib: float | None) -> wire.Message | None:
        """The `environment` of the message of that name; None before the WebUI has chosen its device.

        `static_mib`: torch's allocated memory when idle, None where unknown.
        """
        webui = self._webui
        torch = webui.torch
        device = webui.device
        if torch is None or device is None or webui.shared is None:
            return None
        if self._device is None:
            self._device = describe_device(torch, device)
        if self._version is None:
            self._version = webui_version()
        return {
            "program": program_of(webui),
            "webuiVersion": self._version,
            "torchVersion": text(getattr(torch, "__version__", "unknown")),
            "checkpoint": checkpoint_of(webui.loaded_model),
            "device": self._device,
            "traits": {
                "attention": attention_of(webui, self._version)[0],
                "condUncondBatched": cond_uncond_batched(webui),
                "decodesBatch": None if webui.is_forge else False,
                "staticMiB": static_mib,
            },
            "key": key_of(webui, self._device, self._version),
            "upscalers": upscalers_of(webui),
        }
