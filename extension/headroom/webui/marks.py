"""One generation as the WebUI's hooks mark it, with torch's peaks from each mark to the next.

What phase a mark begins is service/hosts/phases.ts's affair. The script hooks do not mark every boundary (hires fix
decodes before `post_sample`), so the sampler of the run in hand is watched too: `launch_sampling` is just the UNet's
work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..guard import guarded
from ..wire.messages import Company, RunEnded, RunMark, RunStarted, TorchCounters
from .facts import facts_of_generation
from .torch_memory import TorchMemory


class RunMarks:
    """Makes one run's messages. `keep_peaks` sees torch's counters each time that their peaks are about to be lost."""

    def __init__(
        self,
        run_id: str,
        memory: TorchMemory | None,
        send: Callable[[RunStarted | RunMark], None],
        *,
        keep_peaks: Callable[[TorchCounters], None] = lambda counters: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.run_id = run_id
        self._memory = memory
        self._send = send
        self._keep_peaks = keep_peaks
        self._monotonic = monotonic
        self._began_s = monotonic()
        self._marked: set[tuple[str, str | None]] = set()
        # By the wall clock, which the sidecar shares: the message that says so may be long on its way.
        started_at_ms = round(time.time() * 1000, 1)
        send({"type": "run-started", "runId": run_id, "torch": self._read(resets=True), "startedAtMs": started_at_ms})

    def mark(self, at: str, p: Any = None, company: Company | None = None) -> None:
        """With a batch count above one all come again. The first round is told, the end has the peaks of the rest."""
        facts = {} if p is None else facts_of_generation(p)
        once = (at, facts.get("is_hr_pass"))
        if once in self._marked:
            return
        self._marked.add(once)
        self._send(
            {
                "type": "run-mark",
                "runId": self.run_id,
                "at": at,
                "afterMs": self._after_ms(),
                "facts": facts,
                "company": company,
                "torch": self._read(resets=True),
            }
        )

    def end(
        self,
        *,
        returned: bool,
        stop_flags: list[str],
        error_signs: list[str] | None = None,
        error: str | None = None,
    ) -> RunEnded:
        return {
            "type": "run-ended",
            "runId": self.run_id,
            "returned": returned,
            "stopFlags": stop_flags,
            "errorSigns": error_signs or [],
            "error": error,
            "afterMs": self._after_ms(),
            "torch": self._read(resets=False),
        }

    def _after_ms(self) -> float:
        return round((self._monotonic() - self._began_s) * 1000, 1)

    def _read(self, *, resets: bool) -> TorchCounters | None:
        if self._memory is None:
            return None
        counters = self._memory.read()
        self._keep_peaks(counters)
        if resets:
            self._memory.reset_peaks()
        return counters


@guarded
def mark(marks: RunMarks, at: str, p: Any, company: Company | None = None) -> None:
    marks.mark(at, p, company)


@guarded
def mark_sampling(marks: RunMarks, p: Any, company: Company | None = None) -> None:
    """`p.sampler` is this pass's own, made just before and dropped after it."""
    sampler = getattr(p, "sampler", None)
    launch = getattr(sampler, "launch_sampling", None)
    if sampler is None or launch is None:
        mark(marks, "launch_sampling", p, company)
        return

    def launch_sampling(*args: Any, **kwargs: Any) -> Any:
        # Off again at once: a cycle would keep the sampler, and an old checkpoint with it, until the next garbage
        # collection.
        vars(sampler).pop("launch_sampling", None)
        mark(marks, "launch_sampling", p, company)
        samples = launch(*args, **kwargs)
        mark(marks, "launched_sampling", p)
        return samples

    sampler.launch_sampling = launch_sampling
