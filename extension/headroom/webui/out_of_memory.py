"""Recognises running out of memory by meaning: PyTorch, drivers and the WebUI word it in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Place = Literal["device", "host"]

# Words alone are not enough ("out of memory of the prompt"): something must say that a device or an allocator spoke.
_DEVICE = re.compile(
    r"\b(?:CUDA|HIP|MPS|XPU|NPU|GPU|NVML|CUBLAS|CUDNN|driver)\b[^.\n]{0,60}\bout of memory\b"
    r"|\b(?:cuda|hip)?Error(?:OutOfMemory|MemoryAllocation)\b"
    r"|\b\w*_(?:OUT_OF_MEMORY|OUT_OF_DEVICE_MEMORY|OUT_OF_RESOURCES|ALLOC_FAILED)\b"
    r"|\bnot enough GPU video memory\b"
    r"|^Not enough memory, use lower resolution\b",
    re.IGNORECASE | re.MULTILINE,
)
_HOST = re.compile(r"\bDefaultCPUAllocator\b[^\n]*\bmemory\b", re.IGNORECASE)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def out_of_memory(error: BaseException) -> Place | None:
    """Whose memory ran out: the device's or the host's; None where the error is another one."""
    for link in _chain(error):
        if type(link).__name__ == "OutOfMemoryError":
            return "device"
        if isinstance(link, MemoryError):
            return "host"
        if isinstance(link, (RuntimeError, OSError)):
            if _DEVICE.search(str(link)):
                return "device"
            if _HOST.search(str(link)):
                return "host"
    return None


def drop(error: BaseException) -> None:
    """Lets go of the frames that an error holds, and of the tensors in them."""
    for link in list(_chain(error)):
        link.__traceback__ = None
        link.__cause__ = None
        link.__context__ = None
