import csv
import json
import statistics
from pathlib import Path

import pytest
from simulated_card.allocator import MIB, CachingAllocator, Refused
from simulated_card.laws import CARD, Libraries
from simulated_card.phases import NETWORKS, SD15, SDXL, Phases
from simulated_card.replay import Variant, memory_of, replay

DATA = Path(__file__).resolve().parents[2] / "benchmarks" / "data"
TABLES = DATA / "vram-trace"
RECORDED = DATA / "real-allocator"
MODELS = {"sd15": SD15, "sdxl": SDXL}


def rows_of(model, every):
    with (TABLES / f"{model}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))[::every]


@pytest.mark.parametrize("model", MODELS)
def test_active_memory_is_that_of_the_traced_networks(model):
    for row in rows_of(model, 97):
        peak = replay(Variant(MODELS[model]), row).allocated.peak / MIB
        assert peak == pytest.approx(float(row["active_mib"]), rel=0.005), row


@pytest.mark.parametrize("model", MODELS)
def test_reserved_memory_is_near_that_of_the_traced_networks(model):
    errors = [
        abs(replay(Variant(MODELS[model]), row).reserved.peak / MIB / float(row["reserved_mib"]) - 1)
        for row in rows_of(model, 97)
    ]
    assert statistics.mean(errors) < 0.005
    assert max(errors) < 0.05


def test_encoding_looks_at_the_pictures_of_a_batch_where_they_lie():
    peaks = {count: replay(Variant(SD15), picture_to_picture(960, count)).allocated.peak / MIB for count in (1, 3)}
    assert peaks[3] - peaks[1] == pytest.approx(2 * 3 * 960 * 960 * 2 / MIB, abs=0.5)


def test_as_in_the_tables_sampling_finds_nothing_of_the_encoder_in_its_way():
    # Encoded latents of more than 1 MiB would hold one of the encoder's segments. Figures are those of the tables.
    for model, need_mib in (("sd15", 5811.8), ("sdxl", 3998.3)):
        assert memory_of(Variant(MODELS[model]), picture_to_picture(1088, 8)).need_mib == pytest.approx(need_mib, abs=8)


def picture_to_picture(size, count):
    return {"op": "img2img", "width": str(size), "height": str(size), "batch": str(count)}


def test_the_smallest_sufficient_cap_is_near_that_of_the_traced_network():
    errors = [abs(memory_of(Variant(SD15), row).need_mib / float(row["need_mib"]) - 1) for row in rows_of("sd15", 295)]
    assert statistics.mean(errors) < 0.005


def allocator_with(room_mib=1 << 20):
    made = CachingAllocator(lambda: room_mib * MIB - made.reserved.current)
    return made


def test_a_phase_leaves_nothing_behind_but_its_result():
    allocator = allocator_with()
    phases = Phases(allocator, SD15)
    x = phases.latents(512, 512, 1)
    held = allocator.allocated.current
    x = phases.sampling_step(x, 512, 512)
    assert allocator.allocated.current == held


def test_an_error_that_is_kept_keeps_the_failed_phases_tensors():
    allocator = allocator_with(room_mib=300)
    phases = Phases(allocator, SD15)
    x = phases.latents(1024, 1024, 1)
    before = allocator.allocated.current
    with pytest.raises(Refused) as refused:
        phases.sampling_step(x, 1024, 1024)
    assert allocator.allocated.current > before
    del refused
    assert allocator.allocated.current == before


def test_conditional_and_unconditional_one_after_the_other_need_about_half():
    peaks = []
    for batched in (True, False):
        allocator = allocator_with()
        phases = Phases(allocator, SD15)
        phases.sampling_step(phases.latents(1024, 1024, 2), 1024, 1024, batched)
        peaks.append(allocator.allocated.peak)
    assert peaks[1] / peaks[0] == pytest.approx(0.5, abs=0.02)


def test_a_32_bit_autoencoder_decodes_in_twice_the_memory():
    peaks = []
    for element in (2, 4):
        allocator = allocator_with()
        phases = Phases(allocator, SD15, vae_element=element)
        phases.decode(phases.latents(1024, 1024, 1), 1024, 1024)
        peaks.append(allocator.allocated.peak)
    assert peaks[1] / peaks[0] == pytest.approx(2, abs=0.01)


def test_unfused_attention_grows_with_the_square_of_the_pixels():
    def peak(size):
        allocator = allocator_with()
        phases = Phases(allocator, SD15, attention="unfused")
        phases.sampling_step(phases.latents(size, size, 1), size, size)
        return allocator.allocated.peak

    assert peak(1024) / peak(512) > 12


@pytest.mark.parametrize(("model", "host"), [(SD15, "sd1-sdp"), (SDXL, "sdxl-sdp")])
def test_weights_take_and_leave_free_in_their_segments_what_the_real_pytorch_counted_at_idle(model, host):
    recorded = json.loads((RECORDED / f"{host}.json").read_text(encoding="utf-8"))
    allocator = allocator_with()
    phases = Phases(allocator, model)
    held = [phases.weights(network) for network in NETWORKS], phases.workspace()
    allocated, reserved = allocator.allocated.current / MIB, allocator.reserved.current / MIB
    assert allocated == pytest.approx(recorded["environment"]["traits"]["staticMiB"], abs=2)
    assert reserved - allocated == pytest.approx(recorded["idleSlackMiB"], abs=4)
    del held


def test_what_lies_free_among_the_weights_hardly_moves_what_a_small_picture_reserves():
    def reserved_mib(with_weights: bool) -> float:
        allocator = allocator_with()
        phases = Phases(allocator, SD15, attention="doggettx", libraries=Libraries(CARD))
        held = ([phases.weights(network) for network in NETWORKS], phases.workspace()) if with_weights else ()
        before = allocator.reserved.current
        phases.decode(phases.sampling_step(phases.latents(448, 448, 1), 448, 448), 448, 448)
        del held
        return (allocator.reserved.peak - before) / MIB

    assert reserved_mib(with_weights=True) == pytest.approx(reserved_mib(with_weights=False), rel=0.01)
