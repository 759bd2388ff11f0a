"""What the sidecar asks for, as the WebUI's own processing object. Nothing of the person's is touched or left
behind.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..wire import client as wire
from .a1111 import Webui
from .settings import HiresParameters, hires_parameters

# Both fit one chunk of 75 tokens, as most people's prompts and negative prompts do.
PROMPT = "a landscape with a lake"
NEGATIVE_PROMPT = "blurry"
SAMPLER, SCHEDULER = "Euler", "Automatic"
SEED = 1
DENOISING_STRENGTH = 0.75
# Above 1, so that the negative prompt takes part.
CFG_SCALE = 7.0
# Only what costs memory or leaves something behind; the rest stays as the person has it.
OVERRIDES = {"live_previews_enable": False, "save_init_img": False, "use_old_hires_fix_width_height": False}


class RefusedError(Exception):
    """The run cannot be begun. `reason` is one of service/protocol/host.ts's `run-refused`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def prepare(webui: Webui, request: wire.Message) -> Callable[[], Any]:
    """Checks the request, or raises RefusedError. What it returns makes the object, and is to be called with the queue
    held.
    """
    settings = request["settings"]
    hires = None
    if settings["hires"] is not None:
        hires = hires_parameters(settings)
        if hires is None:
            raise RefusedError("unsupported", "The WebUI's hires fix cannot arrive at this target size.")
    upscaler = _upscaler_for(webui, settings)
    return lambda: _make(webui, request, hires, upscaler)


def _upscaler_for(webui: Webui, settings: wire.Message) -> str | None:
    operation = settings["operation"]
    if not operation.startswith("hires_"):
        return None
    latent = list(getattr(webui.shared, "latent_upscale_modes", None) or {})
    image = [upscaler.name for upscaler in getattr(webui.shared, "sd_upscalers", None) or []]
    known = latent if operation == "hires_latent" else image
    wanted = settings["hires"]["upscaler"]
    if wanted is None:
        wanted = "Lanczos" if "Lanczos" in known else next((name for name in known if name != "None"), None)
    if wanted is None or wanted not in known:
        raise RefusedError("unsupported", f"This WebUI has no upscaler {wanted!r} for {operation}.")
    return str(wanted)


def _make(webui: Webui, request: wire.Message, hires: HiresParameters | None, upscaler: str | None) -> Any:
    settings = request["settings"]
    module = webui.module("processing")
    is_img2img = settings["operation"] == "img2img"
    kind = module.StableDiffusionProcessingImg2Img if is_img2img else module.StableDiffusionProcessingTxt2Img
    wanted: dict[str, Any] = {
        "sd_model": webui.shared.sd_model,
        "outpath_samples": webui.option("outdir_samples") or webui.option("outdir_txt2img_samples"),
        "outpath_grids": webui.option("outdir_grids") or webui.option("outdir_txt2img_grids"),
        "prompt": PROMPT,
        "negative_prompt": NEGATIVE_PROMPT,
        "seed": SEED,
        "subseed": SEED,
        "sampler_name": SAMPLER,
        "scheduler": SCHEDULER,
        "steps": request["steps"],
        "cfg_scale": CFG_SCALE,
        "batch_size": settings["batchSize"],
        "n_iter": 1,
        "width": settings["width"],
        "height": settings["height"],
        "restore_faces": False,
        "tiling": False,
        "denoising_strength": DENOISING_STRENGTH,
        "do_not_save_samples": True,
        "do_not_save_grid": True,
        "do_not_reload_embeddings": True,
        "override_settings": _overrides(webui),
    }
    if is_img2img:
        wanted["init_images"] = [_grey_image(settings["width"], settings["height"])]
    if hires is not None:
        wanted.update(
            enable_hr=True,
            hr_upscaler=upscaler,
            hr_scale=hires.scale,
            hr_resize_x=hires.resize_x,
            hr_resize_y=hires.resize_y,
            hr_second_pass_steps=request["steps"],
            # Of Forge and its kin, where the second pass else has no negative prompt, and other networks would be
            # looked for.
            hr_cfg=CFG_SCALE,
            hr_additional_modules=["Use same choices"],
        )
    p = kind(**_known_to(kind, wanted))
    # The WebUI keeps the last prompt's conditioning on the class: the person's must not be pushed out by ours.
    for name in ("cached_c", "cached_uc", "cached_hr_c", "cached_hr_uc"):
        if hasattr(p, name):
            setattr(p, name, [None] * len(getattr(p, name)))
    return p


def _known_to(kind: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """Older versions and forks lack some of the fields."""
    parameters = inspect.signature(kind).parameters
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values()):
        return wanted
    return {name: value for name, value in wanted.items() if name in parameters}


def _overrides(webui: Webui) -> dict[str, Any]:
    """Only those that this WebUI has and that would change something; none where settings are frozen."""
    if webui.flag("freeze_settings"):
        return {}
    missing = object()
    current = {name: webui.option(name, missing) for name in OVERRIDES}
    return {name: value for name, value in OVERRIDES.items() if current[name] is not missing and current[name] != value}


def _grey_image(width: int, height: int) -> Any:
    from PIL import Image

    return Image.new("RGB", (width, height), (128, 128, 128))
