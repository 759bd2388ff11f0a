"""The card without kernels as a file: figures that it counts, and some that may be changed while it runs
(card/card.h).
"""

from __future__ import annotations

import struct
from pathlib import Path

MIB = 1024 * 1024
MAGIC = 0x3144524143424C42
# In the order of `struct state`; bytes, but for pid and counts.
FIELDS = (
    "magic",
    "total",
    "reserved",
    "context",
    "other",
    "pid",
    "used",
    "peak",
    "workspace_peak",
    "mallocs",
    "frees",
    "refused",
    "launches",
    "loaded",
)
_LAYOUT = struct.Struct(f"<{len(FIELDS)}Q")


def read_figures(path: Path) -> dict[str, int]:
    """Raises OSError or ValueError where there is no such card."""
    with path.open("rb") as file:
        data = file.read(_LAYOUT.size)
    if len(data) < _LAYOUT.size:
        raise ValueError(f"{path} is no card")
    figures = dict(zip(FIELDS, _LAYOUT.unpack(data), strict=True))
    if figures["magic"] != MAGIC:
        raise ValueError(f"{path} is no card")
    return figures


def change(path: Path, **figures: int) -> None:
    """Sets figures of a card, which may be running: `change(path, total=8192 * MIB)`."""
    with path.open("r+b") as file:
        for name, value in figures.items():
            file.seek(8 * FIELDS.index(name))
            file.write(struct.pack("<Q", value))


def create(path: Path, total_mib: int, context_mib: int = 450, other_mib: int = 0, reserved_mib: int = 0) -> None:
    """A card that nobody uses yet."""
    figures = {"magic": MAGIC, "total": total_mib, "reserved": reserved_mib, "context": context_mib, "other": other_mib}
    values = [figures.get(name, 0) * (1 if name == "magic" else MIB) for name in FIELDS]
    path.write_bytes(_LAYOUT.pack(*values))
