"""The simulated card against what the real PyTorch allocated, phase by phase of the same generations. It has its own
laws, and so may not agree with the product alone.
"""

import csv
import dataclasses
import json
import statistics
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from simulated_card.allocator import MIB, Refused
from simulated_card.laws import CARD, TRACED, Libraries
from simulated_card.phases import SD15, SDXL, Phases
from simulated_card.replay import Variant, memory_of, replay
from simulated_card.tensors import FLOAT
from test_phases import allocator_with

TABLES = Path(__file__).resolve().parents[2] / "benchmarks" / "data" / "real-allocator"


def with_workspace(law):
    return dataclasses.replace(CARD, workspace=law, workspace_in_float=law)


VARIANTS = {
    "sd1-sdp": Variant(SD15, laws=CARD),
    "sd1-sdp-none": Variant(SD15, laws=with_workspace("none")),
    "sd1-sdp-x": Variant(SD15, laws=with_workspace("x")),
    "sd1-sdp-no-half": Variant(SD15, unet_element=FLOAT, vae_element=FLOAT, laws=CARD),
    "sd1-sdp-no-half-vae": Variant(SD15, vae_element=FLOAT, laws=CARD),
    "sd1-xformers": Variant(SD15, "xformers", laws=CARD),
    "sd1-sub-quadratic": Variant(SD15, "sub-quadratic", laws=CARD),
    "sd1-doggettx": Variant(SD15, "doggettx", laws=CARD),
    "sd1-invokeai": Variant(SD15, "invokeai", laws=CARD),
    "sdxl-sdp": Variant(SDXL, laws=CARD),
}
WITH_NEEDS = [name for name in VARIANTS if name not in ("sd1-sdp-x", "sd1-invokeai")]


class Table:
    """Its figures are those of the table with what was allocated at idle, `static_mib`, added again."""

    def __init__(self, name):
        host = json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8"))
        self.static_mib = host["environment"]["traits"]["staticMiB"]
        self.slack_mib = host["idleSlackMiB"]
        self.room_mib = host["deviceTotalMiB"] - host["contextMiB"] - self.static_mib - self.slack_mib
        with (TABLES / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))

    def of_total(self, mib):
        return self.static_mib + float(mib)


def every(rows, step):
    """Some of them, of all operations: the tables are in order."""
    return rows[:: step if step % 2 else step + 1]


@pytest.mark.parametrize("name", VARIANTS)
def test_peaks_are_those_that_the_real_pytorch_counted(name):
    table = Table(name)
    active, reserved = [], []
    for row in every(table.rows, 7):
        seen = replay(VARIANTS[name], row, round(table.room_mib * MIB))
        active.append(abs(table.of_total(seen.allocated.peak / MIB) / table.of_total(row["active_mib"]) - 1))
        ours = table.of_total(seen.reserved.peak / MIB + table.slack_mib)
        reserved.append(abs(ours / table.of_total(row["reserved_mib"]) - 1))
    assert max(active) < 0.0025
    assert statistics.mean(reserved) < 0.005
    assert sorted(reserved)[-2] < 0.015


def runs(variant, row, mib):
    try:
        replay(variant, row, round(mib * MIB))
    except Refused:
        return False
    return True


@pytest.mark.parametrize("name", WITH_NEEDS)
def test_it_refuses_what_the_real_pytorch_refuses_and_grants_what_that_grants(name):
    table = Table(name)
    rows = [row for row in table.rows if row["need_mib"]]
    wrong = 0
    for row in every(rows, len(rows) // 9 or 1):
        need_mib = table.of_total(row["need_mib"])
        idle_mib = table.static_mib + table.slack_mib
        wrong += not runs(VARIANTS[name], row, need_mib * 1.01 - idle_mib)
        wrong += runs(VARIANTS[name], row, need_mib * 0.985 - idle_mib)
    assert len(rows) >= 15
    assert wrong <= 1


def test_the_least_device_lies_below_what_is_active_where_workspaces_are_done_without():
    table = Table("sd1-sdp")
    row = next(row for row in table.rows if float(row["need_mib"]) < 0.75 * float(row["active_mib"]))
    memory = memory_of(VARIANTS["sd1-sdp"], row)
    assert memory.need_mib == pytest.approx(float(row["need_mib"]) - table.slack_mib, abs=0.01 * table.static_mib)
    assert memory.need_mib < memory.active_mib


def tight_rows():
    with (TABLES / "tight.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", tight_rows(), ids=lambda row: f"{row['width']}x{row['height']}, {row['room_mib']} MiB")
def test_heads_are_shared_out_in_as_little_room_as_they_were(row):
    variant = Variant(SDXL if row["family"] == "sdxl" else SD15, "invokeai", laws=CARD)
    assert runs(variant, row, float(row["room_mib"])) is bool(row["active_mib"])


def decoder(room_mib, laws=CARD, libraries=None):
    allocator = allocator_with(room_mib)
    return allocator, Phases(allocator, SD15, libraries=libraries or Libraries(laws))


def decoded_peak(room_mib, libraries):
    allocator, phases = decoder(room_mib, libraries=libraries)
    phases.decode(phases.latents(1024, 1024, 1), 1024, 1024)
    return allocator.allocated.peak


def test_a_workspace_that_does_not_fit_is_done_without_by_that_thread_from_then_on():
    roomy = decoded_peak(1 << 20, Libraries(CARD))
    libraries = Libraries(CARD)
    assert decoded_peak(2100, libraries) < roomy
    assert libraries.without
    assert decoded_peak(1 << 20, libraries) < roomy
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(decoded_peak, 1 << 20, libraries).result() == roomy


def test_the_last_doubling_of_a_decode_holds_2176_bytes_a_pixel_as_an_rtx_3060_did():
    allocator, phases = decoder(1 << 20)
    phases.decode(phases.latents(1024, 1024, 1), 1024, 1024)
    assert allocator.allocated.peak / 1024**2 == pytest.approx(2176, rel=0.005)


def test_sdp_keeps_the_scores_of_the_autoencoder_whole_and_xformers_does_not():
    peaks = {}
    for kind in ("fused", "xformers"):
        allocator = allocator_with()
        phases = Phases(allocator, SD15, kind, libraries=Libraries(with_workspace("none")))
        phases.decode(phases.latents(1536, 1536, 1), 1536, 1536)
        peaks[kind] = allocator.allocated.peak
    squares = (1536 // 8) ** 4 * 2
    assert peaks["fused"] > 2 * squares > peaks["xformers"]


def test_without_a_card_there_are_no_workspaces():
    allocator, phases = decoder(1 << 20, laws=TRACED)
    phases.decode(phases.latents(1024, 1024, 1), 1024, 1024)
    assert allocator.allocated.peak / 1024**2 == pytest.approx(1536, rel=0.005)
