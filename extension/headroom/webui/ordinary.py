"""Watches a person's own generations and reports them. Changes nothing in them, and no prompt text leaves the
process.
"""

from __future__ import annotations

import time
import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..guard import guarded
from ..wire import client as wire
from .a1111 import Webui
from .extras import extras_of
from .out_of_memory import is_result_oom
from .phases import PhaseHooks, PhaseTracker
from .prompts import batched_by_conditioning, batched_by_prompt
from .settings import is_img2img, settings_of
from .torch_memory import Counters, TorchMemory, torch_memory


@dataclass(frozen=True)
class _Known:
    """What the message that a run has started says of it."""

    settings: wire.Message
    batched: bool | None
    extras: list[str]


class _Run:
    """One generation from `process` to its end."""

    def __init__(
        self,
        memory: TorchMemory | None,
        device: Any,
        send: Callable[[wire.Message], None],
        keep_peaks: Callable[[Counters], None],
        monotonic: Callable[[], float],
    ) -> None:
        self.run_id = uuid.uuid4().hex
        self._device = device
        self._send = send
        self._monotonic = monotonic
        self._begun_s = monotonic()
        self._waiting: list[wire.Message] = []
        self.started = False
        # What is known of it before it is told; a run that comes to its sampling is told then, with what is known by
        # then.
        self._known: _Known | None = None
        self._ran_out = False
        self.tracker = PhaseTracker(memory, self._phase, before_reset=keep_peaks, monotonic=monotonic)
        self.hooks = PhaseHooks(self.tracker, self._on_error)

    def know(self, known: _Known) -> None:
        self._known = known

    def start(self, known: _Known) -> None:
        self._begun_s = self._monotonic()
        self._tell(known)

    def _on_error(self, error: Exception) -> None:
        """Attention that slices to fit, and CUDA's own libraries, run out of memory without torch's allocator counting
        it.
        """
        self._ran_out = self._ran_out or is_result_oom(error, self._device)

    def _tell(self, known: _Known) -> None:
        self.started = True
        self._send(
            {
                "type": "run-started",
                "runId": self.run_id,
                "origin": "ordinary",
                "settings": known.settings,
                "capMiB": None,
                "condUncondBatched": known.batched,
                "extras": known.extras,
                "torch": self.tracker.before,
                "startedAtMs": self.tracker.started_at_ms,
            }
        )
        for message in self._waiting:
            self._send(message)

    def _phase(self, counters: wire.Message) -> None:
        message = {"type": "run-phase", "runId": self.run_id, "counters": counters}
        if self.started:
            self._send(message)
        else:
            self._waiting.append(message)

    def end(self, outcome: str) -> None:
        self.tracker.close()
        totals = self.tracker.totals()
        if outcome == "failed" and (self._ran_out or (totals is not None and totals["ooms"] > 0)):
            outcome = "oom"
        if not self.started and outcome == "oom" and self._known is not None:
            self._tell(self._known)
        if not self.started:
            return
        self._send(
            {
                "type": "run-ended",
                "runId": self.run_id,
                "outcome": outcome,
                "torch": totals,
                "durationMs": round((self._monotonic() - self._begun_s) * 1000, 1),
                "error": None,
            }
        )


class OrdinaryRuns:
    """Its methods are the WebUI's script hooks of the same names. `on_run` is called as a generation begins."""

    def __init__(
        self,
        webui: Webui,
        send: Callable[[wire.Message], None],
        *,
        on_run: Callable[[], None],
        keep_peaks: Callable[[Counters], None] = lambda counters: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._webui = webui
        self._send = send
        self._on_run = on_run
        self._keep_peaks = keep_peaks
        self._monotonic = monotonic
        self._current: _Run | None = None
        self._p: Callable[[], Any] = lambda: None

    @guarded
    def process(self, p: Any) -> None:
        """Just before `p.init`; the run's own options and checkpoint are in force by now."""
        self._abandon()
        self._on_run()
        memory = torch_memory(self._webui.torch, self._webui.device)
        run = _Run(memory, self._webui.device, self._send, self._keep_peaks, self._monotonic)
        self._current = run
        # Nothing is put on `p` itself: scripts copy it, some of them deeply.
        self._p = weakref.ref(p)
        if is_img2img(p):
            # The image is encoded in `p.init`, before any later hook.
            self._start(p, run, batched_by_prompt(self._webui, p))
        run.hooks.before_init(p)

    @guarded
    def before_process_batch(self, p: Any) -> None:
        """After `p.init`: the target of hires fix is known. The WebUI may run out of memory before it comes to
        sampling.
        """
        run = self._run_of(p)
        if run is None:
            return
        run.hooks.before_batch(p)
        known = None if run.started else self._known(p, batched_by_prompt(self._webui, p))
        if known is not None:
            run.know(known)

    @guarded
    def process_before_every_sampling(self, p: Any, cond: Any = None, uncond: Any = None) -> None:
        run = self._run_of(p)
        if run is None:
            return
        if not run.started:
            self._start(p, run, batched_by_conditioning(self._webui, cond, uncond))
        run.hooks.before_sampling(p)

    @guarded
    def post_sample(self, p: Any) -> None:
        run = self._run_of(p)
        if run is not None:
            run.hooks.post_sample(p)

    @guarded
    def postprocess_batch(self, p: Any) -> None:
        run = self._run_of(p)
        if run is not None:
            run.hooks.postprocess_batch(p)

    @guarded
    def postprocess(self, p: Any) -> None:
        """The end of a generation that did not raise."""
        run = self._run_of(p)
        if run is None:
            return
        state = self._webui.state
        stopped = getattr(state, "interrupted", False) or getattr(state, "skipped", False)
        self._end("interrupted" if stopped else "ok")

    @guarded
    def look(self) -> None:
        """From time to time: no hook is called when a generation raises. A free queue shows that it is over."""
        lock = self._webui.queue_lock
        if self._current is None or lock is None or not lock.acquire(False):
            return
        try:
            self._abandon()
        finally:
            lock.release()

    def _run_of(self, p: Any) -> _Run | None:
        return self._current if self._p() is p else None

    def _start(self, p: Any, run: _Run, batched: bool | None) -> None:
        known = self._known(p, batched)
        if known is not None:
            run.start(known)

    def _known(self, p: Any, batched: bool | None) -> _Known | None:
        settings = settings_of(p)
        return None if settings is None else _Known(settings, batched, extras_of(p, self._networks_of(p)))

    def _networks_of(self, p: Any) -> Any:
        """Kind to networks named in the prompt; before the WebUI has parsed it, by the WebUI's own parser."""
        known = getattr(p, "extra_network_data", None)
        parse = getattr(self._webui.module("extra_networks"), "parse_prompts", None)
        return known if known is not None or parse is None else parse(p.all_prompts)[1]

    def _end(self, outcome: str) -> None:
        run, self._current = self._current, None
        if run is not None:
            run.end(outcome)

    def _abandon(self) -> None:
        """The generation raised; torch's count of failed allocations, or what sampling raised, tells whether memory ran
        out.
        """
        self._end("failed")
