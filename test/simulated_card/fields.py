"""The fields of `--query-gpu` and `--query-compute-apps` that the simulated driver knows, and the units they carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .state import CardState, DeviceState, Process


@dataclass(frozen=True)
class Reading:
    """One card at one moment. `used_mib` has the driver's wavering in it."""

    state: DeviceState
    card: CardState
    index: int
    used_mib: int
    at: datetime


Cell = Callable[[Reading], str]
AppCell = Callable[[Reading, Process], str]


def timestamp(at: datetime) -> str:
    return at.strftime("%Y/%m/%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}"


# name: (unit, value). A unit shows in the header and, without `nounits`, behind the value.
GPU_FIELDS: dict[str, tuple[str | None, Cell]] = {
    "timestamp": (None, lambda r: timestamp(r.at)),
    "driver_version": (None, lambda r: r.state.driver_version),
    "count": (None, lambda r: str(len(r.state.cards))),
    "name": (None, lambda r: r.card.name),
    "gpu_name": (None, lambda r: r.card.name),
    "index": (None, lambda r: str(r.index)),
    "uuid": (None, lambda r: r.card.uuid),
    "gpu_uuid": (None, lambda r: r.card.uuid),
    "serial": (None, lambda _: "[N/A]"),
    "pci.bus_id": (None, lambda r: r.card.bus_id),
    "gpu_bus_id": (None, lambda r: r.card.bus_id),
    "pci.domain": (None, lambda r: f"0x{r.card.bus_id[4:8]}"),
    "pci.bus": (None, lambda r: f"0x{r.card.bus_id[9:11]}"),
    "pci.device": (None, lambda _: "0x00"),
    "display_active": (None, lambda _: "Enabled"),
    "display_mode": (None, lambda _: "Enabled"),
    "persistence_mode": (None, lambda _: "Enabled"),
    "compute_mode": (None, lambda _: "Default"),
    "compute_cap": (None, lambda _: "8.6"),
    "driver_model.current": (None, lambda _: "[N/A]"),
    "mig.mode.current": (None, lambda _: "[N/A]"),
    "ecc.mode.current": (None, lambda _: "[N/A]"),
    "pstate": (None, lambda _: "P2"),
    "memory.total": ("MiB", lambda r: str(r.card.total_mib)),
    "memory.reserved": ("MiB", lambda r: str(r.card.reserved_mib)),
    "memory.used": ("MiB", lambda r: str(r.used_mib)),
    "memory.free": ("MiB", lambda r: str(max(0, r.card.total_mib - r.card.reserved_mib - r.used_mib))),
    "utilization.gpu": ("%", lambda _: "0"),
    "utilization.memory": ("%", lambda _: "0"),
    "temperature.gpu": (None, lambda _: "45"),
    "power.draw": ("W", lambda _: "21.50"),
    "power.limit": ("W", lambda _: "220.00"),
    "fan.speed": ("%", lambda _: "0"),
}

APP_FIELDS: dict[str, tuple[str | None, AppCell]] = {
    "timestamp": (None, lambda r, _: timestamp(r.at)),
    "gpu_name": (None, lambda r, _: r.card.name),
    "gpu_bus_id": (None, lambda r, _: r.card.bus_id),
    "gpu_uuid": (None, lambda r, _: r.card.uuid),
    "pid": (None, lambda _, p: str(p.pid)),
    "process_name": (None, lambda _, p: p.name),
    "name": (None, lambda _, p: p.name),
    "used_gpu_memory": ("MiB", lambda _, p: str(round(p.used_mib))),
    "used_memory": ("MiB", lambda _, p: str(round(p.used_mib))),
}
