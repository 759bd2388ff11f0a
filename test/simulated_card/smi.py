"""The simulated `nvidia-smi`: its arguments, its output and its faults. Errors go to stdout, as the real one's do."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from math import sin
from pathlib import Path

from .fields import APP_FIELDS, GPU_FIELDS, Reading, timestamp
from .state import ENVIRONMENT_VARIABLE, DeviceState, from_json

_NO_DRIVER = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
    "Make sure that the latest NVIDIA driver is installed and running.\n"
)
_MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.90\n"
_LOST = "Unable to determine the device handle for GPU{bus}: GPU is lost. Reboot the system to recover this GPU"
_NO_CARDS = "No devices were found\n"
_NO_PERMISSION = "Failed to initialize NVML: Insufficient Permissions\n"
_HELP = "Please run 'nvidia-smi -h' for help."
_UNITS = re.compile(r"^\d+(\.\d+)?$")


class Stop(Exception):  # noqa: N818 - the way out with a message, also a good one
    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass
class Options:
    gpu_fields: list[str] | None = None
    app_fields: list[str] | None = None
    list_cards: bool = False
    help_fields: bool = False
    header: bool = True
    units: bool = True
    csv: bool = False
    loop_ms: int | None = None
    card: str | None = None


def parse(arguments: list[str]) -> Options:
    """Raises Stop with what the real one says of an option that it does not know."""
    options = Options()
    rest = list(arguments)
    while rest:
        name, _, value = rest.pop(0).partition("=")
        if name in ("-l", "-lms", "-i", "--id", "--loop", "--loop-ms", "--format") and not value and rest:
            value = rest.pop(0)
        if name == "--query-gpu":
            options.gpu_fields = [field.strip() for field in value.split(",")]
        elif name in ("--query-compute-apps", "--query-apps"):
            options.app_fields = [field.strip() for field in value.split(",")]
        elif name == "--format":
            parts = [part.strip() for part in value.split(",")]
            options.csv = "csv" in parts
            options.header = "noheader" not in parts
            options.units = "nounits" not in parts
        elif name in ("-lms", "--loop-ms") and value.isdigit():
            options.loop_ms = int(value)
        elif name in ("-l", "--loop") and value.isdigit():
            options.loop_ms = int(value) * 1000
        elif name in ("-i", "--id"):
            options.card = value
        elif name in ("-L", "--list-gpus"):
            options.list_cards = True
        elif name in ("--help-query-gpu", "--help-query-compute-apps"):
            options.help_fields = True
        else:
            raise Stop(6, f"Invalid combination of input arguments. {_HELP}\n\nOption {name} is not recognized.\n")
    if (options.gpu_fields is not None or options.app_fields is not None) and not options.csv:
        raise Stop(6, f'"--format=" switch is missing. {_HELP}\n')
    return options


def read_state(environment: dict[str, str]) -> DeviceState:
    """Without a state there is no driver."""
    path = environment.get(ENVIRONMENT_VARIABLE)
    try:
        return from_json(Path(path or "").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError):
        raise Stop(9, _NO_DRIVER) from None


def used_with_noise(used_mib: float, noise_mib: int, at_s: float, index: int) -> int:
    """The figure wavers slowly by up to `noise_mib`, as a desktop's small allocations make it; never below zero."""
    wavering = noise_mib * (0.6 * sin(at_s / 3.1 + index) + 0.4 * sin(at_s / 0.7))
    return max(0, round(used_mib + wavering))


def readings(state: DeviceState, options: Options, at: datetime) -> list[Reading]:
    found = [
        Reading(state, card, index, used_with_noise(card.used_mib, card.noise_mib, at.timestamp(), index), at)
        for index, card in enumerate(state.cards)
        if options.card is None or options.card in (str(index), card.uuid, card.bus_id)
    ]
    if not found:
        raise Stop(6, f"No devices were found with id {options.card}\n") if options.card else Stop(6, _NO_CARDS)
    return found


def _check_fields(names: list[str], known: dict[str, object]) -> None:
    for name in names:
        if name not in known:
            raise Stop(2, f'Field "{name}" is not a valid field to query.\n\n')


def _csv(header: list[str], rows: list[list[str]], show_header: bool) -> str:
    return "".join(", ".join(line) + "\n" for line in ([header] if show_header else []) + rows)


def _with_unit(name: str, unit: str | None) -> str:
    return f"{name} [{unit}]" if unit else name


def _cell(value: str, unit: str | None, options: Options) -> str:
    return f"{value} {unit}" if unit and options.units and _UNITS.match(value) else value


def gpu_table(found: list[Reading], options: Options, show_header: bool, broken: bool) -> str:
    names = options.gpu_fields or []
    _check_fields(names, dict(GPU_FIELDS))
    header = [_with_unit(name, GPU_FIELDS[name][0]) for name in names]
    rows = []
    for reading in found:
        cells = []
        for name in names:
            unit, value = GPU_FIELDS[name]
            failed = broken and name.startswith(("memory.", "utilization.", "temperature.", "power."))
            cells.append("[Unknown Error]" if failed else _cell(value(reading), unit, options))
        rows.append(cells)
    return _csv(header, rows, show_header)


def app_table(found: list[Reading], options: Options, show_header: bool) -> str:
    names = options.app_fields or []
    _check_fields(names, dict(APP_FIELDS))
    header = [_with_unit(name, APP_FIELDS[name][0]) for name in names]
    rows = [
        [_cell(APP_FIELDS[name][1](reading, process), APP_FIELDS[name][0], options) for name in names]
        for reading in found
        for process in reading.card.processes
    ]
    return _csv(header, rows, show_header)


def overview(found: list[Reading]) -> str:
    lines = [f"NVIDIA-SMI {found[0].state.driver_version} (simulated)  {timestamp(found[0].at)}"]
    for reading in found:
        card = reading.card
        lines.append(f"| {reading.index}  {card.name}  {card.bus_id} | {reading.used_mib}MiB / {card.total_mib}MiB |")
        lines += [f"|    {p.pid}  {p.name}  {round(p.used_mib)}MiB |" for p in card.processes]
    return "\n".join(lines) + "\n"


def render(state: DeviceState, options: Options, at: datetime, first: bool) -> str:
    """What one turn of the loop prints. Raises Stop where the driver fails."""
    fault = state.fault
    if fault == "driver-missing":
        raise Stop(9, _NO_DRIVER)
    if fault == "driver-mismatch":
        raise Stop(18, _MISMATCH)
    if fault == "no-devices":
        raise Stop(6, _NO_CARDS)
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
    broken = fault == "unknown-error" or (fault == "degrade" and not first)
    if fault == "lost-row":
        lost = _LOST.format(bus=found[0].card.bus_id) + "\n"
        return gpu_table(found[1:], options, show_header, broken) + lost
    return gpu_table(found, options, show_header, broken)


def _hang(state: DeviceState) -> None:
    """As a process stuck in the driver: silent, and in the worse kind deaf to SIGTERM. It ends with whoever started it."""
    parent = os.getppid()
    if state.fault == "hang-unkillable":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while state.fault in ("hang", "hang-unkillable"):
        time.sleep(0.2)
        if os.getppid() != parent:
            raise Stop(1)
        state = read_state(dict(os.environ))


def _turns(options: Options) -> None:
    first = True
    due = time.monotonic()
    while True:
        state = read_state(dict(os.environ))
        _hang(state)
        if state.fault == "slow":
            time.sleep(1.5)
        sys.stdout.write(render(state, options, datetime.now(), first))
        sys.stdout.flush()
        if options.loop_ms is None:
            return
        first = False
        due = max(due + options.loop_ms / 1000, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


def main(arguments: list[str]) -> int:
    try:
        _turns(parse(arguments))
    except Stop as stop:
        sys.stdout.write(stop.text)
        return stop.code
    except (BrokenPipeError, KeyboardInterrupt):
        # Nobody reads any more: not even the interpreter's own closing flush may complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0
