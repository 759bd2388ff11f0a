"""How long each step of the start took."""

import time


class Timer:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._last = time.perf_counter()
        self.records: dict[str, float] = {}

    def record(self, category: str) -> None:
        now = time.perf_counter()
        self.records[category] = self.records.get(category, 0.0) + now - self._last
        self._last = now

    def summary(self) -> str:
        total = sum(self.records.values())
        parts = ", ".join(f"{name}: {seconds:.1f}s" for name, seconds in self.records.items() if seconds >= 0.1)
        return f"{total:.1f}s ({parts})" if parts else f"{total:.1f}s"


startup_timer = Timer()
