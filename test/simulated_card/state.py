"""What the simulated card's driver knows: a small JSON file, replaced as a whole, so that no reader sees half of it.

    {"driverVersion": "550.90.07", "fault": null, "cards": [{"name", "uuid", "busId", "totalMiB", "reservedMiB",
      "noiseMiB", "processes": [{"pid", "name", "usedMiB"}], "unlistedMiB"}]}

`noiseMiB` is by how much the driver's figure wavers. What is in use is the sum over the processes, listed and not.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .cards import Card

ENVIRONMENT_VARIABLE = "HEADROOM_SIM_STATE"
DRIVER_VERSION = "550.90.07"
# What goes wrong on command; smi.py says how each shows.
FAULTS = (
    "hang",
    "hang-unkillable",
    "degrade",
    "slow",
    "lost",
    "lost-row",
    "unknown-error",
    "driver-missing",
    "driver-mismatch",
    "no-devices",
    "no-permission",
    "no-memory-figures",
)


@dataclass
class Process:
    pid: int
    name: str
    used_mib: float


@dataclass
class CardState:
    name: str
    uuid: str
    bus_id: str
    total_mib: int
    reserved_mib: int
    noise_mib: int = 3
    processes: list[Process] = field(default_factory=list)
    # What programs hold that the driver does not list among those that compute.
    unlisted_mib: float = 0

    @property
    def used_mib(self) -> float:
        return self.unlisted_mib + sum(process.used_mib for process in self.processes)


@dataclass
class DeviceState:
    cards: list[CardState]
    fault: str | None = None
    driver_version: str = DRIVER_VERSION


def new_card_state(card: Card, index: int = 0) -> CardState:
    """A card as it stands when nothing of ours runs: a desktop holds a little of it."""
    uuid = f"GPU-51a17ed0-0000-4000-8000-{card.total_mib:08d}{index:04d}"
    bus_id = f"00000000:{index + 1:02X}:00.0"
    # A name with a comma in it: the real ones have such, and readers trip over it.
    desktop = [Process(1200 + index, "/usr/lib/Xorg", 171), Process(1288 + index, "/usr/bin/shell, simulated", 86)]
    return CardState(card.name, uuid, bus_id, card.total_mib, card.reserved_mib, processes=desktop)


def to_json(state: DeviceState) -> str:
    def camel(value: Any) -> Any:
        if isinstance(value, dict):
            return {_camel_case(key): camel(item) for key, item in value.items()}
        return [camel(item) for item in value] if isinstance(value, list) else value

    return json.dumps(camel(asdict(state)))


def from_json(text: str) -> DeviceState:
    """Raises ValueError or KeyError where the text is not such a state."""
    data = json.loads(text)
    cards = [
        CardState(
            name=card["name"],
            uuid=card["uuid"],
            bus_id=card["busId"],
            total_mib=card["totalMiB"],
            reserved_mib=card.get("reservedMiB", 0),
            noise_mib=card.get("noiseMiB", 0),
            processes=[Process(item["pid"], item["name"], item["usedMiB"]) for item in card.get("processes", [])],
            unlisted_mib=card.get("unlistedMiB", 0),
        )
        for card in data["cards"]
    ]
    return DeviceState(cards, data.get("fault"), data.get("driverVersion", DRIVER_VERSION))


def _camel_case(key: str) -> str:
    head, *rest = key.split("_")
    return head + "".join("MiB" if part == "mib" else part.capitalize() for part in rest)


class StateFile:
    """Writes the state, at most every `interval_s` unless told to flush: a burst of small changes costs one write."""

    def __init__(self, path: Path, interval_s: float = 0.004, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._interval_s = interval_s
        self._monotonic = monotonic
        self._written_at = float("-inf")

    def offer(self, state: DeviceState) -> None:
        if self._monotonic() - self._written_at >= self._interval_s:
            self.flush(state)

    def flush(self, state: DeviceState) -> None:
        # A generation and the controls write from threads of their own.
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}-{threading.get_ident()}")
        fresh.write_text(to_json(state), encoding="utf-8")
        fresh.replace(self._path)
        self._written_at = self._monotonic()
