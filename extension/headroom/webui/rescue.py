"""A picture whose decode runs out of memory: its latent is decoded again, in tiles, at worst on the CPU.

Only while the person's option is on, and only for a picture whose parameters can say so: docs/rescue.md.
"""

from __future__ import annotations

import traceback
import weakref
from collections.abc import Callable
from typing import Any

from ..guard import guarded
from ..log import get_logger
from .a1111 import Webui
from .decode_again import Decode, DecodeAgain
from .errors import drop, signs_of
from .options import rescues
from .wrapped import Wrapped

logger = get_logger(__name__)

NOTE = "Headroom rescue"


class Rescue:
    """Wraps the WebUI's function that decodes, while the option is on. `on_rescued` is called after each rescue."""

    def __init__(self, webui: Webui, on_rescued: Callable[[], None]) -> None:
        self._webui = webui
        self._on_rescued = on_rescued
        self._wrapped = Wrapped(webui, "processing", "decode_first_stage", self._around)
        # All generations in hand: some extensions generate within another's.
        self._generations: list[weakref.ref[Any]] = []

    @guarded
    def begin(self, p: Any) -> None:
        """A person's generation; its own options are in force by now."""
        self.end(p)
        self._generations.append(weakref.ref(p))
        if rescues(self._webui):
            self._wrapped.start()
        else:
            self._wrapped.stop()

    def end(self, p: Any) -> None:
        self._generations = [other for other in self._generations if other() is not None and other() is not p]

    def forget(self) -> None:
        """None of the person's is in hand; what a benchmark runs is not rescued."""
        self._generations = []

    def stop(self) -> None:
        self._wrapped.stop()

    def _around(self, original: Callable[..., Any], model: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(model, x, *args, **kwargs)
        except Exception as error:
            if not self._can_rescue(error, x):
                raise
            where = "".join(traceback.format_exception(error))
            # Not a frame is kept: their tensors are what the next try needs.
            drop(error)
            failed = error
        picture = self._rescue(lambda latent: original(model, latent, *args, **kwargs), model, x)
        if picture is None:
            logger.warning("Headroom: no other way helped. %s", where)
            try:
                raise failed
            finally:
                del failed
        return picture

    def _noting(self) -> list[Any]:
        every = [generation() for generation in self._generations]
        return [p for p in every if isinstance(getattr(p, "extra_generation_params", None), dict)]

    def _can_rescue(self, error: Exception, x: Any) -> bool:
        return len(getattr(x, "shape", ())) == 4 and bool(self._noting()) and bool(signs_of(error))

    def _rescue(self, decode: Decode, model: Any, latents: Any) -> Any:
        """None where nothing helped."""
        logger.warning("Headroom: the decode ran out of memory; the latent is kept, and decoded again")
        again = DecodeAgain(self._webui, decode, model)
        try:
            picture = again.decode(latents)
        except Exception as error:  # noqa: BLE001  ours; the person is told of the WebUI's own
            logger.warning("Headroom: the rescue went wrong", exc_info=error)
            drop(error)
            return None
        if picture is not None:
            self._note(again.how)
            self._on_rescued()
        return picture

    def _note(self, how: list[str]) -> None:
        """In the parameters of each picture of this batch, and for the person to read."""
        for p in self._noting():
            of_several = getattr(p, "n_iter", 1) > 1
            batch = f" in batch {getattr(p, 'iteration', 0) + 1}" if of_several else ""
            before = p.extra_generation_params.get(NOTE)
            notes = [] if before is None else str(before).split("; ")
            notes += [note for note in (f"{one}{batch}" for one in how) if note not in notes]
            p.extra_generation_params[NOTE] = "; ".join(notes)
        logger.warning("Headroom: rescued: %s", "; ".join(how))
