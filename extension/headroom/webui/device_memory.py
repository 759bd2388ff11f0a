"""The whole card's memory as the CUDA runtime tells it, all programs' use included: for cards that nvidia-smi cannot
read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..wire.messages import WholeDevice
from .torch_memory import MIB, card_index, torch_memory

MEMINFO = Path("/proc/meminfo")


def device_memory(torch: Any, device: Any, meminfo: Path = MEMINFO) -> WholeDevice | None:
    """The `device` of a `host-memory` message; None where the runtime does not tell, or is not in use yet."""
    if torch_memory(torch, device) is None:
        return None
    index = card_index(torch, device)
    try:
        free_bytes, total_bytes = torch.cuda.mem_get_info(index)
        shared = bool(getattr(torch.cuda.get_device_properties(index), "is_integrated", False))
    except (RuntimeError, AttributeError):
        # A driver that went away; a torch without the function.
        return None
    if shared:
        # The runtime counts files that the system keeps at hand as in use; an allocation drives them out.
        free_bytes = max(free_bytes, _available_bytes(meminfo) or 0)
    free_mib = round(min(free_bytes, total_bytes) / MIB, 2)
    return {"freeMiB": free_mib, "totalMiB": round(total_bytes / MIB, 2)}


def _available_bytes(meminfo: Path) -> int | None:
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", meminfo.read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return None
    return None if found is None else int(found.group(1)) * 1024
