"""The simulated `nvidia-smi`: one turn or a loop, and what goes wrong on command. Errors go to stdout, as the real
one's do.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from .fields import GPU_FIELDS
from .smi_options import Options, Stop, parse
from .smi_tables import NO_CARDS, app_table, gpu_table, overview, readings
from .state import ENVIRONMENT_VARIABLE, DeviceState, from_json

ReadState = Callable[[dict[str, str]], DeviceState]

NO_DRIVER = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
    "Make sure that the latest NVIDIA driver is installed and running.\n"
)
_MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.90\n"
_LOST = "Unable to determine the device handle for GPU{bus}: GPU is lost. Reboot the system to recover this GPU"
_NO_PERMISSION = "Failed to initialize NVML: Insufficient Permissions\n"


def read_state(environment: dict[str, str]) -> DeviceState:
    """Without a state there is no driver."""
    path = environment.get(ENVIRONMENT_VARIABLE)
    try:
        return from_json(Path(path or "").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError):
        raise Stop(9, NO_DRIVER) from None


def render(state: DeviceState, options: Options, at: datetime, first: bool) -> str:
    """What one turn of the loop prints. Raises Stop where the driver fails."""
    fault = state.fault
    if fault == "driver-missing":
        raise Stop(9, NO_DRIVER)
    if fault == "driver-mismatch":
        raise Stop(18, _MISMATCH)
    if fault == "no-devices":
        raise Stop(6, NO_CARDS)
    if fault == "no-permission":
        raise Stop(4, _NO_PERMISSION)
    if fault == "lost":
        raise Stop(15, "".join(_LOST.format(bus=f" {card.bus_id}") + "\n" for card in state.cards))
    if options.help_fields:
        title = 'List of valid properties to query for the switch "--query-gpu=":'
        return title + "\n\n" + "".join(f'"{name}"\n' for name in GPU_FIELDS)
    found = readings(state, options, at)
    if options.list_cards:
        return "".join(f"GPU {r.index}: {r.card.name} (UUID: {r.card.uuid})\n" for r in found)
    show_header = options.header and first
    if options.app_fields is not None:
        return app_table(found, options, show_header)
    if options.gpu_fields is None:
        return overview(found)
    broken = "[Unknown Error]" if fault == "unknown-error" or (fault == "degrade" and not first) else None
    if fault == "no-memory-figures":
        # As of a card that shares the processor's memory; its programs' figures are told all the same.
        return gpu_table(found, options, show_header, "[N/A]", ("memory.",))
    if fault == "lost-row":
        lost = _LOST.format(bus=found[0].card.bus_id) + "\n"
        return gpu_table(found[1:], options, show_header, broken) + lost
    return gpu_table(found, options, show_header, broken)


def _hang(state: DeviceState, read: ReadState) -> None:
    """As a process stuck in the driver: silent, and in the worse kind deaf to SIGTERM. It ends with whoever started
    it.
    """
    parent = os.getppid()
    if state.fault == "hang-unkillable":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while state.fault in ("hang", "hang-unkillable"):
        time.sleep(0.2)
        if os.getppid() != parent:
            raise Stop(1)
        state = read(dict(os.environ))


def _turns(options: Options, read: ReadState) -> None:
    first = True
    due = time.monotonic()
    while True:
        state = read(dict(os.environ))
        _hang(state, read)
        if state.fault == "slow":
            time.sleep(1.5)
        sys.stdout.write(render(state, options, datetime.now(), first))
        sys.stdout.flush()
        if options.loop_ms is None:
            return
        first = False
        due = max(due + options.loop_ms / 1000, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


def main(arguments: list[str], read: ReadState = read_state) -> int:
    """`read` is where the card's state comes from."""
    try:
        _turns(parse(arguments), read)
    except Stop as stop:
        sys.stdout.write(stop.text)
        return stop.code
    except (BrokenPipeError, KeyboardInterrupt):
        # Nobody reads any more: not even the interpreter's own closing flush may complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0
