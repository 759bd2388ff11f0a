"""What the simulated `nvidia-smi` prints while all is well, and single cells where it is not."""

from __future__ import annotations

import re
from datetime import datetime
from math import sin

from .fields import APP_FIELDS, GPU_FIELDS, Reading, timestamp
from .smi_options import Options, Stop
from .state import DeviceState

NO_CARDS = "No devices were found\n"
_UNITS = re.compile(r"^\d+(\.\d+)?$")


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
        raise Stop(6, f"No devices were found with id {options.card}\n") if options.card else Stop(6, NO_CARDS)
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


_MEASURED = ("memory.", "utilization.", "temperature.", "power.")


def gpu_table(
    found: list[Reading],
    options: Options,
    show_header: bool,
    instead: str | None = None,
    of: tuple[str, ...] = _MEASURED,
) -> str:
    """`instead` stands in the place of the figures `of` which the driver has none."""
    names = options.gpu_fields or []
    _check_fields(names, dict(GPU_FIELDS))
    header = [_with_unit(name, GPU_FIELDS[name][0]) for name in names]
    rows = []
    for reading in found:
        cells = []
        for name in names:
            unit, value = GPU_FIELDS[name]
            lacks = instead is not None and name.startswith(of)
            cells.append(instead if lacks and instead else _cell(value(reading), unit, options))
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
