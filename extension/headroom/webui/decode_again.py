"""The ways in which a latent is decoded that did not fit, the nearest to the WebUI's own first.

Decided here, within the generation: each way is taken where the one before it has just failed, with the latent in hand
and the WebUI's thread waiting. The sidecar may be gone by then.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..log import get_logger
from .a1111 import Webui
from .errors import drop, signs_of
from .tiles import decode_in_tiles

logger = get_logger(__name__)

SMALLEST = 32
"""A tile's side in a latent's pixels. A smaller one knows too little of its picture: the CPU does better."""
ON_CPU = 64
STOPS = ("interrupted", "skipped")

Decode = Callable[[Any], Any]


class StoppedError(Exception):
    """Interrupt or Skip was pressed meanwhile."""


class DecodeAgain:
    """`decode` is the WebUI's own, with its types, its moving of networks and what other extensions do to it."""

    def __init__(self, webui: Webui, decode: Decode, model: Any) -> None:
        self._webui = webui
        self._decode = decode
        self._model = model
        self._stopped_before = set(self._stops())
        self.how: list[str] = []
        """What was done to the pictures, each once."""

    def decode(self, latents: Any) -> Any:
        """None where a picture cannot be had. A batch is decoded one by one, as A1111 does anyway."""
        count = int(latents.shape[0])
        pictures = []
        for at in range(count):
            picture = self._one(latents[at : at + 1], was_in_batch=count > 1)
            if picture is None:
                return None
            pictures.append(picture)
        return pictures[0] if count == 1 else self._webui.torch.cat(pictures)

    def _one(self, latent: Any, *, was_in_batch: bool) -> Any:
        if was_in_batch:
            picture = self._attempt(self._guarded, latent)
            if picture is not None:
                return self._made("picture by picture", picture)
        for side in _sides(max(latent.shape[2:])):
            picture = self._attempt(self._in_tiles, latent, side)
            if picture is not None:
                return self._made(f"in tiles of {_pixels(side, latent, picture)} px", picture)
        if not _can_move(self._webui, self._model):
            return None
        picture = self._attempt(self._on_cpu, latent)
        return None if picture is None else self._made("on the CPU", picture)

    def _made(self, how: str, picture: Any) -> Any:
        note = f"decoded {how}"
        if note not in self.how:
            self.how.append(note)
        return picture

    def _attempt(self, way: Callable[..., Any], *args: Any) -> Any:
        """None where it did not come to a picture. What the way before it held is given back first."""
        if self._has_stopped():
            return None
        gc.collect()
        self._webui.devices.torch_gc()
        try:
            return way(*args)
        except Exception as error:  # noqa: BLE001  the next way is tried, whatever it is
            if not signs_of(error) and not isinstance(error, StoppedError):
                logger.warning("Headroom: a way of decoding again failed", exc_info=error)
            drop(error)
        return None

    def _in_tiles(self, latent: Any, side: int) -> Any:
        return self._as_usual(decode_in_tiles(self._webui.torch, self._guarded, latent, side), latent)

    def _on_cpu(self, latent: Any) -> Any:
        with _vae_on_cpu(self._webui, self._model):
            picture = decode_in_tiles(self._webui.torch, self._guarded, latent.cpu(), ON_CPU)
        return self._as_usual(picture, latent)

    def _guarded(self, latent: Any) -> Any:
        if self._has_stopped():
            raise StoppedError
        return self._decode(latent)

    def _as_usual(self, picture: Any, latent: Any) -> Any:
        """Where and how the WebUI has what it decodes itself."""
        dtype = getattr(self._webui.devices, "dtype_vae", None)
        picture = picture if dtype is None else picture.to(dtype=dtype)
        try:
            return picture.to(device=latent.device)
        except Exception as error:
            if not signs_of(error):
                raise
        # A1111 takes it to the CPU anyway.
        return picture

    def _stops(self) -> list[str]:
        return [flag for flag in STOPS if flag in self._webui.stop_flags]

    def _has_stopped(self) -> bool:
        """A generation that was interrupted before has its picture decoded all the same."""
        return not self._stopped_before.issuperset(self._stops())


def _sides(length: int) -> Iterator[int]:
    """Of tiles: each has less than half of the one before it, and a whole number of blocks of eight."""
    side = length
    while side > SMALLEST:
        side = max(SMALLEST, side * 5 // 8 // 8 * 8)
        yield side


def _pixels(side: int, latent: Any, picture: Any) -> int:
    return side * int(picture.shape[3]) // int(latent.shape[3])


def _can_move(webui: Webui, model: Any) -> bool:
    """A1111's networks; its forks move theirs themselves. Not the small ones of a decode that is an approximation."""
    is_whole = getattr(webui.opts, "sd_vae_decode_method", "Full") == "Full"
    ours_to_move = webui.own_module("modules_forge") is None and hasattr(webui.devices, "dtype_vae")
    return is_whole and ours_to_move and hasattr(getattr(model, "first_stage_model", None), "parameters")


@contextmanager
def _vae_on_cpu(webui: Webui, model: Any) -> Iterator[None]:
    """In 32 bits: the CPU has few operations in 16. With --medvram the network that is called is moved to the card, but
    for the one that counts as being there.
    """
    vae, devices = model.first_stage_model, webui.devices
    lowvram = webui.module("lowvram") if getattr(model, "lowvram", False) else None
    if lowvram is not None:
        lowvram.send_everything_to_cpu()
    one = next(iter(vae.parameters()))
    device, stored, computed = one.device, one.dtype, devices.dtype_vae
    try:
        vae.to(device="cpu", dtype=webui.torch.float32)
        devices.dtype_vae = webui.torch.float32
        if lowvram is not None:
            lowvram.module_in_gpu = vae
        yield
    finally:
        devices.dtype_vae = computed
        vae.to(device=device, dtype=stored)
        if lowvram is not None:
            lowvram.module_in_gpu = None
