"""`torch.cuda` over a simulated device."""

from __future__ import annotations

from collections import OrderedDict
from types import SimpleNamespace
from typing import Any

from simulated_card.allocator import MIB, Refused
from simulated_card.device import SimulatedDevice

_GIB = 1024 * MIB
# What PyTorch itself keeps in its C++ half: the device, its number, and whether its properties tell a UUID (they do
# from 2.5 on).
_attached: SimpleNamespace = SimpleNamespace(device=None, index=0, tells_uuid=True)


class OutOfMemoryError(RuntimeError):
    """As PyTorch's own: a RuntimeError with the figures in its text."""


def attach(device: SimulatedDevice | None, index: int = 0, tells_uuid: bool = True) -> None:
    """The stand-in's hook; PyTorch has none."""
    _attached.device = device
    _attached.index = index
    _attached.tells_uuid = tells_uuid


def _attached_card() -> SimulatedDevice:
    if _attached.device is None:
        raise AssertionError("Torch not compiled with CUDA enabled")
    return _attached.device


def _index(device: Any, optional: bool) -> int:
    """As torch.cuda._utils._get_device_index of 2.1 to 2.3. `optional`: whether "cuda" without a number is the current
    device.
    """
    if isinstance(device, int):
        return device
    if isinstance(device, str):
        kind, _, number = device.partition(":")
        index = int(number) if number else None
    else:
        kind, index = getattr(device, "type", None), getattr(device, "index", None)
    if kind not in (None, "cuda"):
        raise ValueError(f"Expected a cuda device, but got: {device}")
    if index is not None:
        return int(index)
    if not optional:
        raise ValueError(f"Expected a torch.device with a specified index or an integer, but got:{device}")
    return current_device()


def _card(device: Any = None, optional: bool = True) -> SimulatedDevice:
    """Only the card in use is simulated. With `optional` false, as `_index` says; None is the current device
    everywhere.
    """
    card = _attached_card()
    index = current_device() if device is None else _index(device, optional)
    if index != _attached.index:
        raise AssertionError("Invalid device id")
    return card


def is_available() -> bool:
    return _attached.device is not None


def is_initialized() -> bool:
    return is_available() and _attached_card().context_mib > 0


def device_count() -> int:
    return _attached.index + 1 if is_available() else 0


def current_device() -> int:
    """The first card until somebody sets another; the WebUI with --device-id does not."""
    _attached_card()
    return 0


def get_device_name(device: object = None) -> str:
    return _card(device).name


def get_device_capability(device: object = None) -> tuple[int, int]:
    _card(device)
    return (8, 6)


def get_device_properties(device: object = None) -> SimpleNamespace:
    card = _card(device)
    properties = SimpleNamespace(
        name=card.name, major=8, minor=6, total_memory=card.total_bytes, multi_processor_count=46
    )
    if _attached.tells_uuid:
        domain, bus, place = card.bus_id.split(":")
        # PyTorch prints the UUID without the driver's "GPU-".
        properties.uuid = card.uuid.removeprefix("GPU-")
        properties.pci_domain_id = int(domain, 16)
        properties.pci_bus_id = int(bus, 16)
        properties.pci_device_id = int(place.split(".")[0], 16)
    return properties


def memory_allocated(device: object = None) -> int:
    return _card(device).allocator.allocated.current if is_available() else 0


def max_memory_allocated(device: object = None) -> int:
    return _card(device).allocator.allocated.peak if is_available() else 0


def memory_reserved(device: object = None) -> int:
    return _card(device).allocator.reserved.current if is_available() else 0


def max_memory_reserved(device: object = None) -> int:
    return _card(device).allocator.reserved.peak if is_available() else 0


def memory_stats(device: object = None) -> OrderedDict[str, Any]:
    """The figures that are asked for; PyTorch has many more. Empty before CUDA is in use, as PyTorch's are."""
    stats: OrderedDict[str, Any] = OrderedDict()
    if not is_initialized():
        return stats
    allocator = _card(device).allocator
    for name, counter in (
        ("active_bytes", allocator.allocated),
        ("allocated_bytes", allocator.allocated),
        ("reserved_bytes", allocator.reserved),
    ):
        stats[f"{name}.all.current"] = counter.current
        stats[f"{name}.all.peak"] = counter.peak
    stats["num_alloc_retries"] = allocator.retries
    stats["num_ooms"] = allocator.ooms
    return stats


def reset_peak_memory_stats(device: object = None) -> None:
    _card(device).allocator.reset_peaks()


def empty_cache() -> None:
    if is_available():
        _attached_card().allocator.empty_cache()
        _attached_card().publish()


def ipc_collect() -> None:
    """Nothing is shared between processes here."""


def synchronize(_device: object = None) -> None:
    """Everything is done when it returns."""


def mem_get_info(device: object = None) -> tuple[int, int]:
    """Fails where the driver does, as the runtime would; what runs in the simulation goes on all the same."""
    card = _card(device, optional=False)
    if card.state.fault in ("driver-missing", "lost"):
        raise RuntimeError("CUDA error: unknown error")
    return _free_bytes(card), card.total_bytes


def _free_bytes(card: SimulatedDevice) -> int:
    return card.total_bytes - round(card.used_mib * MIB)


def set_per_process_memory_fraction(fraction: float, device: object = None) -> None:
    """A cap on what PyTorch reserves, as a part of the device's memory."""
    card = _card(device, optional=False)
    if not isinstance(fraction, float):
        raise TypeError("Invalid type for fraction argument, must be `float`")
    if not 0 <= fraction <= 1:
        raise ValueError(f"Invalid fraction value: {fraction}. Allowed range: 0~1")
    card.allocator.cap = None if fraction == 1 else int(fraction * card.total_bytes)


def out_of_memory(refused: Refused) -> OutOfMemoryError:
    """The error that PyTorch 2.1 raises where the allocator refuses, with its figures."""
    card = _attached_card()
    allocator = card.allocator
    free, total = _free_bytes(card), card.total_bytes
    allocated, reserved = allocator.allocated.current, allocator.reserved.current
    allowed = f" {_size(allocator.cap)} allowed;" if refused.capped and allocator.cap is not None else ""
    return OutOfMemoryError(
        f"CUDA out of memory. Tried to allocate {_size(refused.requested)}. GPU {_attached.index} has a total "
        f"capacty of {_size(total)} of which {_size(max(0, free))} is free.{allowed} Including non-PyTorch memory, "
        f"this process has {_size(round(card.own_mib * MIB))} memory in use. Of the allocated memory "
        f"{_size(allocated)} is allocated by PyTorch, and {_size(reserved - allocated)} is reserved by PyTorch "
        "but unallocated. If reserved "
        "but unallocated memory is large try setting max_split_size_mb to avoid fragmentation.  See documentation for "
        "Memory Management and PYTORCH_CUDA_ALLOC_CONF"
    )


def _size(nbytes: int) -> str:
    if nbytes >= _GIB:
        return f"{nbytes / _GIB:.2f} GiB"
    if nbytes >= MIB:
        return f"{nbytes / MIB:.2f} MiB"
    return f"{nbytes / 1024:.2f} KiB" if nbytes >= 1024 else f"{nbytes} bytes"


class device:  # noqa: N801 - PyTorch's own spelling
    """`with torch.cuda.device(...)`: there is only one."""

    def __init__(self, _device: object) -> None:
        pass

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_exception: object) -> None:
        pass
