"""Settings of one generation, in the WebUI's words and in the protocol's (service/protocol/settings.ts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..wire import client as wire

CELL_PX = 8
MAX_PX = 16_384
MAX_BATCH = 256


@dataclass(frozen=True)
class HiresParameters:
    scale: float
    resize_x: int
    resize_y: int


def uncropped_target(width: int, height: int, hires: HiresParameters) -> tuple[int, int]:
    """The size before cropping, as StableDiffusionProcessingTxt2Img.calculate_target_resolution computes it (A1111
    1.10.1).
    """
    if hires.resize_x == 0 and hires.resize_y == 0:
        return int(width * hires.scale), int(height * hires.scale)
    if width / height < hires.resize_x / hires.resize_y:
        return hires.resize_x, hires.resize_x * height // width
    return hires.resize_y * width // height, hires.resize_y


def hires_parameters(settings: wire.Message) -> HiresParameters | None:
    """What to set so that the WebUI arrives at the target asked for; None where it cannot."""
    width, height, hires = settings["width"], settings["height"], settings["hires"]
    target = hires["width"], hires["height"]
    uncropped = hires["uncroppedWidth"], hires["uncroppedHeight"]
    attempts = []
    if target == uncropped:
        attempts.append(HiresParameters(target[0] / width, 0, 0))
        attempts.append(HiresParameters(target[1] / height, 0, 0))
    attempts.append(HiresParameters(2.0, *target))
    for attempt in attempts:
        reached = uncropped_target(width, height, attempt)
        if _cells(reached) == _cells(uncropped):
            return attempt
    return None


def _cells(size: tuple[int, int]) -> tuple[int, int]:
    return size[0] // CELL_PX, size[1] // CELL_PX


def _px(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_PX else None


def is_img2img(p: Any) -> bool:
    """By its class: not every WebUI keeps img2img's fields to img2img."""
    return any(kind.__name__ == "StableDiffusionProcessingImg2Img" for kind in type(p).__mro__)


def settings_of(p: Any) -> wire.Message | None:
    """A person's generation in the protocol's words, after `p.init` where hires fix is on; None where it fits none of
    them.
    """
    width, height, batch_size = _px(p.width), _px(p.height), p.batch_size
    if width is None or height is None or not isinstance(batch_size, int) or not 1 <= batch_size <= MAX_BATCH:
        return None
    base = {"width": width, "height": height, "batchSize": batch_size, "hires": None}
    if is_img2img(p):
        return {"operation": "img2img", **base}
    if not getattr(p, "enable_hr", False):
        return {"operation": "txt2img", **base}
    hires = _hires_of(p)
    if hires is None:
        return None
    operation = "hires_image" if getattr(p, "latent_scale_mode", None) is None else "hires_latent"
    return {"operation": operation, **base, "hires": hires}


def _hires_of(p: Any) -> wire.Message | None:
    """`hr_upscale_to_*` is before cropping; `truncate_*` is what is cut off, in latent cells."""
    columns, rows = _cells((p.hr_upscale_to_x, p.hr_upscale_to_y))
    sides = [
        _px((columns - getattr(p, "truncate_x", 0)) * CELL_PX),
        _px((rows - getattr(p, "truncate_y", 0)) * CELL_PX),
        _px(columns * CELL_PX),
        _px(rows * CELL_PX),
    ]
    if None in sides:
        return None
    upscaler = getattr(p, "hr_upscaler", None)
    return {
        "width": sides[0],
        "height": sides[1],
        "uncroppedWidth": sides[2],
        "uncroppedHeight": sides[3],
        "upscaler": None if upscaler is None else str(upscaler)[:200],
    }
