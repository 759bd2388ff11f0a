"""Reports a person's own generations. Changes nothing in them, and no prompt text leaves the process."""

from __future__ import annotations

import time
import uuid
import weakref
from collections.abc import Callable
from typing import Any

from ..guard import guarded
from ..wire.messages import RanOut, RunEnded, RunMark, RunStarted, TorchCounters
from .a1111 import Webui
from .company import company_of, lengths_of_conditioning, lengths_of_prompts
from .errors import memory_words, signs_of
from .marks import RunMarks, mark_sampling
from .torch_memory import torch_memory


class OrdinaryRuns:
    """Its methods are the WebUI's script hooks of the same names. `on_run` is called as a generation begins, `on_over`
    when one that raised is known to be over.
    """

    def __init__(
        self,
        webui: Webui,
        send: Callable[[RunStarted | RunMark | RanOut | RunEnded], None],
        *,
        on_run: Callable[[], None],
        on_over: Callable[[], None] = lambda: None,
        keep_peaks: Callable[[TorchCounters], None] = lambda counters: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._webui = webui
        self._send = send
        self._on_run = on_run
        self._on_over = on_over
        self._keep_peaks = keep_peaks
        self._monotonic = monotonic
        self._marks: RunMarks | None = None
        self._error_signs: list[str] = []
        self._memory_words: str | None = None
        self._p: Callable[[], Any] = lambda: None

    @guarded
    def process(self, p: Any) -> None:
        """Just before `p.init`; the run's own options and checkpoint are in force by now."""
        self._abandon()
        self._on_run()
        memory = torch_memory(self._webui.torch, self._webui.device)
        run_id = uuid.uuid4().hex
        self._marks = RunMarks(run_id, memory, self._send, keep_peaks=self._keep_peaks, monotonic=self._monotonic)
        self._error_signs, self._memory_words = [], None
        # Nothing is put on `p` itself: scripts copy it, some of them deeply.
        self._p = weakref.ref(p)
        self._mark("process", p)

    @guarded
    def before_process_batch(self, p: Any) -> None:
        """After `p.init`, so the target of hires fix is known, should memory run out before sampling."""
        self._mark("before_process_batch", p)

    @guarded
    def process_before_every_sampling(self, p: Any, cond: Any = None, uncond: Any = None) -> None:
        marks = self._marks_of(p)
        if marks is not None:
            company = company_of(self._webui, p, lengths_of_conditioning(cond, uncond))
            mark_sampling(marks, p, company)

    @guarded
    def post_sample(self, p: Any) -> None:
        self._mark("post_sample", p)

    @guarded
    def postprocess_batch(self, p: Any) -> None:
        self._mark("postprocess_batch", p)

    @guarded
    def postprocess(self, p: Any) -> None:
        """The end of a generation that did not raise."""
        if self._marks_of(p) is not None:
            self._end(returned=True)

    @guarded
    def rescued(self) -> None:
        """A decode of the generation in hand that ran out of memory was done again otherwise: see rescue.py."""
        if self._marks is not None:
            self._marks.mark("rescue", self._p())

    @guarded
    def look(self) -> None:
        """From time to time: no hook is called when a generation raises. A free queue shows that it is over."""
        lock = self._webui.queue_lock
        if self._marks is None or lock is None or not lock.acquire(False):
            return
        try:
            self._abandon()
            self._on_over()
        finally:
            lock.release()

    @guarded
    def raised(self, p: Any, error: Exception) -> None:
        """Attention that slices to fit, and CUDA's libraries, run out of memory uncounted by torch's allocator."""
        if self._marks_of(p) is not None:
            self._error_signs, self._memory_words = signs_of(error), memory_words(error)

    def _marks_of(self, p: Any) -> RunMarks | None:
        return self._marks if self._p() is p else None

    def _mark(self, at: str, p: Any) -> None:
        marks = self._marks_of(p)
        if marks is None:
            return
        tells = at in ("process", "before_process_batch")
        marks.mark(at, p, company_of(self._webui, p, lengths_of_prompts(self._webui, p)) if tells else None)

    def _end(self, *, returned: bool) -> None:
        marks, self._marks = self._marks, None
        if marks is None:
            return
        if self._memory_words is not None and not returned:
            self._send({"type": "ran-out", "runId": marks.run_id, "text": self._memory_words})
        self._send(marks.end(returned=returned, stop_flags=self._webui.stop_flags, error_signs=self._error_signs))

    def _abandon(self) -> None:
        """The generation raised."""
        self._end(returned=False)
