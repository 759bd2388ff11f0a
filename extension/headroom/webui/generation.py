"""One generation on request, run the WebUI's own way: its queue, its job state, its Interrupt.

What is run the sidecar has decided. Here is decided only whether the person is in the way, with the queue held: a
question to the sidecar would come too late.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import Any

from ..log import get_logger, without_person
from ..wire.messages import Because, Run, RunEnded, RunMark, RunRefused, RunStarted
from .a1111 import STOP_FLAGS, Webui
from .errors import drop, signs_of
from .forge import process_images
from .garbage import Garbage
from .marks import RunMarks
from .runner import QuietRunner
from .torch_memory import CapRefusedError, TorchMemory, torch_memory

logger = get_logger(__name__)

LOCK_LIMIT_S = 5.0
LOCK_POLL_S = 0.05
ERROR_LIMIT = 2000
JOB = "Headroom benchmark"


class RefusedError(Exception):
    """The run cannot be begun."""

    def __init__(self, because: Because) -> None:
        super().__init__(because)
        self.because: Because = because


class Generation:
    """Runs requests one at a time, in the caller's thread. `before_run` is called with the queue held, before anything
    changes; `on_collected` before and after the generation, whenever Python's garbage has just been collected.
    """

    def __init__(
        self,
        webui: Webui,
        send: Callable[[RunStarted | RunMark | RunEnded | RunRefused], None],
        *,
        before_run: Callable[[], None] = lambda: None,
        on_collected: Callable[[], None] = lambda: None,
        lock_limit_s: float = LOCK_LIMIT_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._webui = webui
        self._garbage = Garbage(webui)
        self._send = send
        self._before_run = before_run
        self._on_collected = on_collected
        self._lock_limit_s = lock_limit_s
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._cancelled: set[str] = set()
        self._in_hand: str | None = None
        self._running: str | None = None
        self._last_was_ours = False

    @property
    def in_hand(self) -> str | None:
        """The run that waits for the WebUI or has it."""
        return self._in_hand

    def person_generates(self) -> None:
        """From here on an Interrupt was not meant for us."""
        self._last_was_ours = False

    def cancel(self, run_id: str) -> None:
        """From any thread. A run that waits is refused; one in hand is interrupted as by the WebUI's button."""
        with self._guard:
            self._cancelled.add(run_id)
            if self._running == run_id:
                self._webui.state.interrupt()

    def run(self, request: Run) -> None:
        """Answers with `run-refused`, or with `run-started`, marks and `run-ended`. Does not raise."""
        run_id = request["runId"]
        self._in_hand = run_id
        try:
            self._check(request)
            with self._whole_webui(run_id):
                self._claim(run_id)
                self._before_run()
                self._run(request)
        except CapRefusedError as refusal:
            logger.warning("Headroom: the memory of a run cannot be capped (%s)", refusal)
            self._refuse(run_id, "cap-refused", without_person(str(refusal)))
        except RefusedError as refusal:
            self._refuse(run_id, refusal.because)
        except Exception as error:  # noqa: BLE001  a bug of ours; the sidecar must not wait for ever
            logger.warning("Headroom: a benchmark run went wrong", exc_info=error)
            self._refuse(run_id, "shim-failed", type(error).__name__)
        finally:
            with self._guard:
                self._in_hand = None
                self._cancelled.discard(run_id)

    def _refuse(self, run_id: str, because: Because, detail: str | None = None) -> None:
        told = None if detail is None else detail[:300]
        self._send({"type": "run-refused", "runId": run_id, "because": because, "detail": told})

    def _check(self, request: Run) -> None:
        module = self._webui.module("processing")
        if self._webui.queue_lock is None or not hasattr(module, request["kind"]):
            raise RefusedError("no-processing")
        if request["capMiB"] is not None and self._memory() is None:
            raise RefusedError("no-counters")

    def _memory(self) -> TorchMemory | None:
        return torch_memory(self._webui.torch, self._webui.device)

    @contextmanager
    def _whole_webui(self, run_id: str) -> Iterator[None]:
        """Holds the WebUI's queue. Asks again and again instead of queueing: the person goes first."""
        lock = self._webui.queue_lock
        deadline_s = self._monotonic() + self._lock_limit_s
        while not lock.acquire(False):
            self._check_not_cancelled(run_id)
            if self._monotonic() > deadline_s:
                raise RefusedError("busy")
            time.sleep(LOCK_POLL_S)
        try:
            yield
        finally:
            lock.release()

    def _check_not_cancelled(self, run_id: str) -> None:
        with self._guard:
            if run_id in self._cancelled:
                raise RefusedError("cancelled")

    def _claim(self, run_id: str) -> None:
        """Checks what may have happened since the last run; loads the checkpoint where that has not been done yet."""
        state = self._webui.state
        pressed = getattr(state, "interrupted", False) or getattr(state, "stopping_generation", False)
        if pressed and self._last_was_ours:
            # The button was pressed between two runs; `begin` would clear the flag unseen.
            self._lower_flags()
            raise RefusedError("interrupted")
        self._check_not_cancelled(run_id)
        if self._webui.shared.sd_model is None or self._webui.loaded_model is None:
            # A checkpoint that came with the run itself would change the key in mid-run.
            raise RefusedError("no-model")

    def _run(self, request: Run) -> None:
        """With the queue held. The WebUI is as it was when this returns, whatever the generation did."""
        is_as_left = self._garbage.is_as_left()
        self._webui.state.begin(JOB)
        with self._garbage.of_a_run(is_as_left=is_as_left):
            try:
                with self._guard:
                    self._running = request["runId"]
                self._clear_card()
                memory = self._memory()
                with memory.capped(request["capMiB"]) if memory is not None else nullcontext():
                    marks = RunMarks(request["runId"], memory, self._send, monotonic=self._monotonic)
                    ended = self._attempt(request, marks)
            finally:
                self._give_back()
        self._send(ended)

    def _attempt(self, request: Run, marks: RunMarks) -> RunEnded:
        """The end is returned, to be told when the WebUI is free again."""
        try:
            self._generate(request, marks)
        except Exception as error:  # noqa: BLE001  whatever a generation raises is this run's result
            text = without_person(f"{type(error).__name__}: {error}")[:ERROR_LIMIT]
            signs = signs_of(error)
            if not signs:
                logger.warning("Headroom: a benchmark run failed", exc_info=error)
            drop(error)
            return marks.end(returned=False, stop_flags=self._webui.stop_flags, error_signs=signs, error=text)
        return marks.end(returned=True, stop_flags=self._webui.stop_flags)

    def _generate(self, request: Run, marks: RunMarks) -> None:
        # The WebUI would write the prompt to params.txt, from where people bring back their last one.
        with _attribute(self._webui.flags, "no_prompt_history", True), closing(self._make(request)) as p:
            p.scripts = QuietRunner(marks)
            p.script_args = ()
            with self._guard:
                if request["runId"] in self._cancelled:
                    self._webui.state.interrupt()
            process_images(self._webui, p)

    def _make(self, request: Run) -> Any:
        kind = getattr(self._webui.module("processing"), request["kind"])
        wanted = {**request["parameters"], "sd_model": self._webui.shared.sd_model}
        for told in request["pictures"]:
            from PIL import Image

            picture = Image.new("RGB", (told["width"], told["height"]), (told["grey"],) * 3)
            wanted[told["parameter"]] = [picture] if told["isInList"] else picture
        # Older versions and forks lack some of the fields.
        known = inspect.signature(kind).parameters
        takes_any = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in known.values())
        p = kind(**{name: value for name, value in wanted.items() if takes_any or name in known})
        # The WebUI keeps the last prompt's conditioning on the class: the person's must not be pushed out by ours.
        for name in ("cached_c", "cached_uc", "cached_hr_c", "cached_hr_uc"):
            if hasattr(p, name):
                setattr(p, name, [None] * len(getattr(p, name)))
        return p

    def _give_back(self) -> None:
        with self._guard:
            self._running = None
        self._webui.state.end()
        self._lower_flags()
        self._last_was_ours = True
        progress_bar = getattr(self._webui.shared, "total_tqdm", None)
        if progress_bar is not None:
            progress_bar.clear()
        self._garbage.collect()
        self._clear_card()

    def _lower_flags(self) -> None:
        """As the WebUI does after each job of its own."""
        for flag in STOP_FLAGS:
            if hasattr(self._webui.state, flag):
                setattr(self._webui.state, flag, False)

    def _clear_card(self) -> None:
        """Each run finds it alike, and leaves it so."""
        self._send_networks_away()
        torch_gc = getattr(self._webui.devices, "torch_gc", None)
        if torch_gc is not None:
            torch_gc()
        self._on_collected()

    def _send_networks_away(self) -> None:
        """With --medvram a generation that raised leaves the network that it was at in the next one's way."""
        send = getattr(self._webui.module("lowvram"), "send_everything_to_cpu", None)
        if send is not None and getattr(self._webui.loaded_model, "lowvram", False):
            send()


@contextmanager
def _attribute(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Sets an attribute for a while; one that was not there is taken away again."""
    if owner is None:
        yield
        return
    missing = object()
    before = getattr(owner, name, missing)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is missing:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
