"""PyTorch's own counters of one CUDA (or ROCm) device, in MiB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..wire.messages import TorchCounters, WholeDevice

MIB = 1024 * 1024


def card_index(torch: Any, device: Any) -> int:
    """The WebUI's torch.device has no number unless --device-id gives one, and several functions of torch.cuda want
    one: then it is the current device's.
    """
    index = getattr(device, "index", None)
    return int(torch.cuda.current_device() if index is None else index)


class CapRefusedError(Exception):
    """PyTorch does not bound the memory of this process: its allocator, or this build, cannot."""


class TorchMemory:
    """Of the card of this number."""

    def __init__(self, torch: Any, index: int) -> None:
        self._cuda = torch.cuda
        self._index = index

    def read(self) -> TorchCounters:
        stats = self._cuda.memory_stats(self._index)

        def mib(name: str) -> float:
            return round(float(stats.get(name, 0)) / MIB, 2)

        return {
            "allocatedMiB": mib("allocated_bytes.all.current"),
            "reservedMiB": mib("reserved_bytes.all.current"),
            "activePeakMiB": mib("active_bytes.all.peak"),
            "reservedPeakMiB": mib("reserved_bytes.all.peak"),
            "allocRetries": int(stats.get("num_alloc_retries", 0)),
            "ooms": int(stats.get("num_ooms", 0)),
        }

    def whole_device(self) -> WholeDevice | None:
        """All programs' use included, as the CUDA runtime tells it; None where it does not."""
        try:
            free_bytes, total_bytes = self._cuda.mem_get_info(self._index)
            properties = self._cuda.get_device_properties(self._index)
        except (RuntimeError, AttributeError):
            # A driver that went away; a torch without the function.
            return None
        return {
            "freeMiB": round(free_bytes / MIB, 2),
            "totalMiB": round(total_bytes / MIB, 2),
            "integrated": bool(getattr(properties, "is_integrated", False)),
        }

    def reset_peaks(self) -> None:
        self._cuda.reset_peak_memory_stats(self._index)

    @contextmanager
    def capped(self, cap_mib: float | None) -> Iterator[None]:
        """For a while the process may reserve this and no more, weights included; None changes nothing.

        Raises CapRefusedError, before anything else is done, where there can be no limit.
        """
        if cap_mib is None:
            yield
            return
        before = self._set_cap(cap_mib)
        try:
            yield
        finally:
            self._cuda.set_per_process_memory_fraction(before, self._index)

    def _set_cap(self, cap_mib: float) -> float:
        """The part of the device's memory that the process could have before."""
        try:
            read_fraction = getattr(self._cuda, "get_per_process_memory_fraction", None)
            before = float(read_fraction(self._index)) if read_fraction is not None else 1.0
            total_mib = self._cuda.get_device_properties(self._index).total_memory / MIB
            self._cuda.set_per_process_memory_fraction(min(1.0, max(0.0, cap_mib / total_mib)), self._index)
        except Exception as error:
            # A pluggable allocator raises RuntimeError, a build without the function AttributeError: there is no cap in
            # either.
            raise CapRefusedError(f"{type(error).__name__}: {error}") from error
        return before


def torch_memory(torch: Any, device: Any) -> TorchMemory | None:
    """None where PyTorch keeps no such counters: the CPU, MPS, DirectML, or CUDA not yet in use."""
    if torch is None or getattr(device, "type", None) != "cuda":
        return None
    if not torch.cuda.is_available() or not torch.cuda.is_initialized():
        return None
    return TorchMemory(torch, card_index(torch, device))
