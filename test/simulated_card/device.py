"""The card as one process uses it: its allocator, its CUDA context, what others hold; published for `nvidia-smi`."""

from __future__ import annotations

from .allocator import MIB, CachingAllocator
from .state import DeviceState, Process, StateFile

# The context before and after the first kernels are loaded; libraries come with the first run and stay.
CONTEXT_BARE_MIB = 254
CONTEXT_WARM_MIB = 398
_OTHER_PID = 4711


class SimulatedDevice:
    """The card `index` of `state`, used by the process `pid`. Not safe for more than one thread at a time
    generating.
    """

    def __init__(self, state: DeviceState, file: StateFile, pid: int, process_name: str, index: int = 0) -> None:
        self.state = state
        self._file = file
        self._card = state.cards[index]
        self._own = Process(pid, process_name, 0)
        self._other = Process(_OTHER_PID, "another-program(simulated)", 0)
        self._context_mib = 0
        self._peak_mib = 0.0
        self.allocator = CachingAllocator(self._room, self._changed)
        file.flush(state)

    @property
    def total_bytes(self) -> int:
        """What programs can have in all, as CUDA reports it."""
        return (self._card.total_mib - self._card.reserved_mib) * MIB

    @property
    def used_mib(self) -> float:
        """Of the whole device, without the wavering that `nvidia-smi` shows."""
        return self._card.used_mib

    @property
    def peak_mib(self) -> float:
        """The most since `reset_peak`."""
        return self._peak_mib

    @property
    def context_mib(self) -> int:
        return self._context_mib

    @property
    def own_mib(self) -> float:
        return self._own.used_mib

    @property
    def uuid(self) -> str:
        return self._card.uuid

    @property
    def bus_id(self) -> str:
        return self._card.bus_id

    @property
    def name(self) -> str:
        return self._card.name

    def reset_peak(self) -> None:
        self._peak_mib = self.used_mib

    def open_context(self, warm: bool) -> None:
        """Creates the CUDA context, or lets it grow to its size after the first kernels."""
        if not self._context_mib:
            self._card.processes.append(self._own)
        self._context_mib = CONTEXT_WARM_MIB if warm else max(self._context_mib, CONTEXT_BARE_MIB)
        self.publish()

    def set_other(self, mib: int, name: str | None = None) -> None:
        """What another program holds on the card, and what it is called; 0 ends it."""
        if self._other in self._card.processes:
            self._card.processes.remove(self._other)
        self._other.used_mib = mib
        self._other.name = name or self._other.name
        if mib > 0:
            self._card.processes.append(self._other)
        self.publish()

    def set_fault(self, fault: str | None) -> None:
        self.state.fault = fault
        self.publish()

    def publish(self) -> None:
        """Writes what stands now, so that a reader is sure to see it."""
        self._changed()
        self._file.flush(self.state)

    def _changed(self) -> None:
        self._own.used_mib = self._context_mib + self.allocator.reserved.current / MIB if self._context_mib else 0
        self._peak_mib = max(self._peak_mib, self.used_mib)
        self._file.offer(self.state)

    def _room(self) -> int:
        return self.total_bytes - round(self.used_mib * MIB)
