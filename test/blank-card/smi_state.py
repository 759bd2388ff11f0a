"""The card's file as the simulated card's `nvidia-smi` wants it."""

from __future__ import annotations

import os
from pathlib import Path

from simulated_card.smi import NO_DRIVER
from simulated_card.smi_options import Stop
from simulated_card.state import CardState, DeviceState, Process
from state_file import MIB, read_figures

ENVIRONMENT_VARIABLE = "BLANK_CARD_STATE"
# "blankcard-000001" and bus 1, as device.c and driver.c say them.
UUID = "GPU-626c616e-6b63-6172-642d-303030303031"
BUS_ID = "00000000:01:00.0"
DEFAULT_NAME = "NVIDIA GeForce RTX 3060"


def read_state(environment: dict[str, str]) -> DeviceState:
    """Without a card there is no driver."""
    try:
        figures = read_figures(Path(environment.get(ENVIRONMENT_VARIABLE, "")))
    except (OSError, ValueError):
        raise Stop(9, NO_DRIVER) from None
    return DeviceState([card_state(figures, environment.get("BLANK_CARD_NAME", DEFAULT_NAME))])


def card_state(figures: dict[str, int], name: str) -> CardState:
    """A process that has ended holds nothing, whatever the file still says."""
    pid = figures["pid"]
    used = figures["used"] + figures["context"] + figures["loaded"]
    processes = [Process(pid, _program(pid), used / MIB)] if pid and _is_alive(pid) else []
    return CardState(
        name=name,
        uuid=UUID,
        bus_id=BUS_ID,
        total_mib=figures["total"] // MIB,
        reserved_mib=figures["reserved"] // MIB,
        noise_mib=0,
        processes=processes,
        unlisted_mib=figures["other"] / MIB,
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _program(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/exe").readlink())
    except OSError:
        return "[Not Found]"
