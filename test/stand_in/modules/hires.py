"""The size of hires fix's second pass."""

from __future__ import annotations

from dataclasses import dataclass

_LATENT_PX = 8


@dataclass(frozen=True)
class HiresTarget:
    """`width` x `height` before cropping, in pixels; `truncate_*` is the crop in latent pixels."""

    width: int
    height: int
    truncate_x: int
    truncate_y: int

    @property
    def cropped(self) -> tuple[int, int]:
        return (
            (self.width // _LATENT_PX - self.truncate_x) * _LATENT_PX,
            (self.height // _LATENT_PX - self.truncate_y) * _LATENT_PX,
        )


def target_of(width: int, height: int, scale: float, resize_x: int, resize_y: int) -> HiresTarget:
    """By factor, or to one side keeping the shape, or to both sides covering and then cropping."""
    if resize_x == 0 and resize_y == 0:
        return HiresTarget(int(width * scale), int(height * scale), 0, 0)
    by_width = (resize_x, resize_x * height // width)
    by_height = (resize_y * width // height, resize_y)
    if resize_y == 0:
        return HiresTarget(*by_width, 0, 0)
    if resize_x == 0:
        return HiresTarget(*by_height, 0, 0)
    covering = by_width if width / height < resize_x / resize_y else by_height
    truncate_x = (covering[0] - resize_x) // _LATENT_PX
    truncate_y = (covering[1] - resize_y) // _LATENT_PX
    return HiresTarget(*covering, truncate_x, truncate_y)
