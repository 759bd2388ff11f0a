"""Pictures: grey, small, and saved where the WebUI saves its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from modules import script_callbacks
from modules.paths_internal import data_path

_LONGEST_SIDE_PX = 128


def grey_picture(width: int, height: int, shade: int) -> Image.Image:
    """Of the right shape, at most 128 pixels long: nobody looks at it."""
    scale = min(1.0, _LONGEST_SIDE_PX / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return Image.new("RGB", size, (shade, shade, shade))


def save_image(image: Image.Image, path: str, basename: str, seed: Any = None, info: str | None = None) -> str:
    """Into `path` under the data folder, with the next free number."""
    folder = Path(data_path) / path
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.iterdir()))
    target = folder / f"{number:05d}-{basename}{seed}.png"
    extra = PngInfo()
    if info:
        extra.add_text("parameters", info)
    image.save(target, pnginfo=extra)
    script_callbacks.image_saved_callback({"image": image, "filename": str(target)})
    return str(target)
