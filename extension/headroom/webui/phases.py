"""torch's counters over each phase of one generation: peaks are read and reset at every boundary.

The WebUI's script hooks do not mark every boundary (hires fix decodes before `post_sample`), so the sampler of the run
in hand is watched too: `launch_sampling` is just the UNet's work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..guard import guarded
from ..wire import client as wire
from .settings import is_img2img
from .torch_memory import Counters, TorchMemory

START = "start"
"""Before the first work on pictures: networks are moved, the prompt is encoded. Told only of a run that did not get
further.
"""


class PhaseTracker:
    """One run. `report` gets each finished phase; without counters nothing is reported and `totals` is None.

    `before_reset` sees the counters each time that their peaks are about to be lost.
    """

    def __init__(
        self,
        memory: TorchMemory | None,
        report: Callable[[wire.Message], None],
        *,
        before_reset: Callable[[Counters], None] = lambda counters: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._memory = memory
        self._report = report
        self._before_reset = before_reset
        self._monotonic = monotonic
        self._phase: str | None = START
        self._since_s = monotonic()
        # By the wall clock, which the sidecar shares: the message that says so may be long on its way.
        self.started_at_ms = round(time.time() * 1000, 1)
        self._reported: set[str] = set()
        self._active_peak_mib = 0.0
        self._reserved_peak_mib = 0.0
        self._first: Counters | None = None
        self._last: Counters | None = None
        if memory is not None:
            self._first = memory.read()
            before_reset(self._first)
            memory.reset_peaks()

    @property
    def phase(self) -> str | None:
        return self._phase

    @property
    def before(self) -> wire.Message | None:
        """torch's memory when the run began."""
        return None if self._first is None else now_message(self._first)

    def mark(self, phase: str | None) -> None:
        """Ends the phase in hand and begins another; None for work that belongs to none."""
        if phase == self._phase:
            return
        self._read(reports=self._phase != START)
        self._phase = phase
        self._since_s = self._monotonic()
        if self._memory is not None:
            self._memory.reset_peaks()

    def close(self) -> None:
        self._read(reports=True)
        self._phase = None

    def totals(self) -> wire.Message | None:
        """Peaks and counts over the whole run."""
        if self._first is None or self._last is None:
            return None
        return {
            "activePeakMiB": self._active_peak_mib,
            "reservedPeakMiB": self._reserved_peak_mib,
            "allocRetries": max(0, self._last.alloc_retries - self._first.alloc_retries),
            "ooms": max(0, self._last.ooms - self._first.ooms),
        }

    def _read(self, reports: bool) -> None:
        if self._memory is None:
            return
        self._last = counters = self._memory.read()
        self._before_reset(counters)
        self._active_peak_mib = max(self._active_peak_mib, counters.active_peak_mib)
        self._reserved_peak_mib = max(self._reserved_peak_mib, counters.reserved_peak_mib)
        # With a batch count above one the phases come again; the first round stands for all.
        if not reports or self._phase is None or self._phase in self._reported:
            return
        self._reported.add(self._phase)
        self._report(
            {
                "phase": self._phase,
                "activePeakMiB": counters.active_peak_mib,
                "reservedPeakMiB": counters.reserved_peak_mib,
                "durationMs": round((self._monotonic() - self._since_s) * 1000, 1),
            }
        )


def now_message(counters: Counters) -> wire.Message:
    return {"allocatedMiB": counters.allocated_mib, "reservedMiB": counters.reserved_mib}


class PhaseHooks:
    """Turns the WebUI's script hooks into phases. None of them raises.

    `on_error` sees what sampling raises, on its way to the WebUI.
    """

    def __init__(self, tracker: PhaseTracker, on_error: Callable[[Exception], None] = lambda error: None) -> None:
        self._tracker = tracker
        self._on_error = guarded(on_error)

    @guarded
    def before_init(self, p: Any) -> None:
        """img2img encodes its image in `p.init`."""
        self._tracker.mark("encode" if is_img2img(p) else START)

    @guarded
    def before_batch(self, p: Any) -> None:
        """After `p.init`; networks named in the prompt are loaded and the prompt is encoded next."""
        self._tracker.mark(START)

    @guarded
    def before_sampling(self, p: Any) -> None:
        """`p.sampler` is this pass's own, made just before and dropped after it."""
        sampler = getattr(p, "sampler", None)
        launch = getattr(sampler, "launch_sampling", None)
        if sampler is None or launch is None:
            self._begin_sampling(p)
            return

        def launch_sampling(*args: Any, **kwargs: Any) -> Any:
            # Off again at once: a cycle would keep the sampler, and an old checkpoint with it, until the next garbage
            # collection.
            vars(sampler).pop("launch_sampling", None)
            self._begin_sampling(p)
            try:
                samples = launch(*args, **kwargs)
            except Exception as error:
                self._on_error(error)
                raise
            self._after_sampling(p)
            return samples

        sampler.launch_sampling = launch_sampling

    @guarded
    def post_sample(self, p: Any) -> None:
        """Hires fix has decoded by now; otherwise the decoding comes next."""
        self._tracker.mark(None if getattr(p, "enable_hr", False) else "decode")

    @guarded
    def postprocess_batch(self, p: Any) -> None:
        self._tracker.mark(None)

    @guarded
    def _begin_sampling(self, p: Any) -> None:
        self._tracker.mark("hires_sampling" if getattr(p, "is_hr_pass", False) else "sampling")

    @guarded
    def _after_sampling(self, p: Any) -> None:
        if not getattr(p, "enable_hr", False) or getattr(p, "is_hr_pass", False):
            self._tracker.mark("decode")
        else:
            # A latent upscaler works between the passes without decoding or encoding.
            self._tracker.mark("upscale" if getattr(p, "latent_scale_mode", None) is None else None)
