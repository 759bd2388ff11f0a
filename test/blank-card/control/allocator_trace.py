"""PyTorch's allocator as it was asked and as it answered, in a file small enough to keep.

The file is gzipped text, one event a line: a letter, the address in units of 512 bytes above the lowest one, and the
bytes.
    A  a block was given out          F  it was given back and may be used again (R: it was given back, events still
    pend) S  a segment came from the card   D  a segment went back to the card      O  there was no room for so many
    bytes
`# label` lines are marks between them. The first line tells the version of PyTorch.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

UNIT_BYTES = 512
MOST_EVENTS = 10_000_000
LETTERS = {
    "alloc": "A",
    "free_requested": "R",
    "free_completed": "F",
    "segment_alloc": "S",
    "segment_free": "D",
    "oom": "O",
}
# Of a failure the address is what was free on the card; of a look at the events themselves there is none.
PLACELESS = ("oom", "snapshot")


class AllocatorTrace:
    """Of one process. `torch` is passed in, for this module must not be what loads it."""

    def __init__(self, torch: Any) -> None:
        self._torch = torch
        self._marks: list[tuple[int, str]] = []

    def start(self) -> None:
        """Before anything is allocated, or the file begins in the middle."""
        self._torch.cuda.init()
        self._torch.cuda.memory._record_memory_history(enabled="all", context=None, max_entries=MOST_EVENTS)

    def mark(self, label: str) -> None:
        self._marks.append((len(self._events()), label))

    def write(self, file: Path) -> int:
        """Returns the number of events."""
        events = self._events()
        lines = as_lines(events, self._marks, self._torch.__version__)
        # No name and no date: the same events make the same file.
        with file.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
            packed.write("".join(line + "\n" for line in lines).encode())
        return len(events)

    def _events(self) -> list[dict[str, Any]]:
        traces: list[list[dict[str, Any]]] = self._torch.cuda.memory._snapshot()["device_traces"]
        return traces[0] if traces else []


def as_lines(events: list[dict[str, Any]], marks: list[tuple[int, str]], version: str) -> list[str]:
    """Raises KeyError where PyTorch tells of an event that is not known here."""
    base = min((event["addr"] for event in events if event["action"] not in PLACELESS), default=0)
    labels: dict[int, list[str]] = {}
    for index, label in marks:
        labels.setdefault(index, []).append(" ".join(label.split()))
    lines = [f"torch {version}"]
    for index, event in enumerate(events):
        lines += [f"# {label}" for label in labels.get(index, [])]
        if event["action"] == "snapshot":
            continue
        letter = LETTERS[event["action"]]
        at = 0 if event["action"] in PLACELESS else (event["addr"] - base) // UNIT_BYTES
        lines.append(f"{letter} {at:x} {event['size']}")
    return lines + [f"# {label}" for label in labels.get(len(events), [])]
