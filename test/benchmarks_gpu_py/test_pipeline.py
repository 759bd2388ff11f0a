"""The WebUI's phases on a simulated card, and on the CPU."""

import pytest
import torch
from gpu_capture.backends import CpuBackend
from gpu_capture.networks import build
from gpu_capture.phases import PhaseTracker
from gpu_capture.pipeline import InterruptedRunError, Pipeline
from headroom.webui.errors import drop

HIRES = {"width": 256, "height": 320, "uncroppedWidth": 256, "uncroppedHeight": 320, "upscaler": "Latent"}


def settings(operation, width=128, height=128, batch=1):
    hires = HIRES if operation.startswith("hires_") else None
    return {"operation": operation, "width": width, "height": height, "batchSize": batch, "hires": hires}


class Marks:
    def __init__(self):
        self.seen = []

    def mark(self, phase):
        self.seen.append(phase)


@pytest.fixture
def card(make_backend):
    """Backend, networks and pipeline of the toy on an 8 GB card."""
    backend = make_backend(8)
    networks = build("toy", backend.device, backend.dtype)
    backend.adopt(networks)
    return backend, networks, Pipeline(networks, backend)


@pytest.mark.parametrize(
    ("operation", "phases"),
    [
        ("txt2img", ["sampling", "decode", None]),
        ("img2img", ["encode", "sampling", "decode", None]),
        ("hires_latent", ["sampling", None, "hires_sampling", "decode", None]),
        ("hires_image", ["sampling", "upscale", "hires_sampling", "decode", None]),
    ],
)
def test_phases_come_in_the_order_of_the_webui(operation, phases):
    backend = CpuBackend()
    marks = Marks()
    Pipeline(build("toy", backend.device, backend.dtype), backend).run(settings(operation), 1, marks)
    assert marks.seen == phases


def test_the_cache_is_emptied_where_the_webui_does_it(card, monkeypatch):
    backend, _networks, pipeline = card
    events = []
    monkeypatch.setattr(backend, "empty_cache", lambda: events.append("gc"))
    marks = Marks()
    monkeypatch.setattr(marks, "mark", lambda phase: events.append(phase))

    def of(operation):
        events.clear()
        pipeline.run(settings(operation), 1, marks)
        return list(events)

    assert of("txt2img") == ["gc", "sampling", "decode", "gc", None]
    assert of("img2img") == ["gc", "encode", "gc", "sampling", "gc", "decode", "gc", None]
    assert of("hires_latent") == ["gc", "sampling", "gc", None, "gc", "hires_sampling", "gc", "decode", "gc", None]
    assert of("hires_image") == ["gc", "sampling", "gc", "upscale", "gc", "hires_sampling", "gc", "decode", "gc", None]


def test_nothing_of_a_generation_is_left_behind(card):
    backend, _networks, pipeline = card
    idle = backend.memory.read()
    for operation in ("txt2img", "img2img", "hires_latent", "hires_image"):
        pipeline.run(settings(operation, batch=2), 2, PhaseTracker(backend.memory, lambda counters: None))
        after = backend.memory.read()
        assert (after.allocated_mib, after.reserved_mib) == (idle.allocated_mib, idle.reserved_mib)


def test_sampling_grows_with_the_batch_and_decoding_does_not(card):
    backend, _networks, pipeline = card

    def peaks(batch):
        seen = {}
        tracker = PhaseTracker(
            backend.memory, lambda counters: seen.update({counters["phase"]: counters["activePeakMiB"]})
        )
        pipeline.run(settings("img2img", 512, 512, batch), 2, tracker)
        static = tracker.before["allocatedMiB"]
        return {phase: mib - static for phase, mib in seen.items()}

    one, four = peaks(1), peaks(4)
    assert four["sampling"] / one["sampling"] == pytest.approx(4, rel=0.1)
    # The latents and little else.
    assert four["decode"] - one["decode"] < 2


def test_a_batch_is_decoded_in_what_one_picture_needs(card):
    """Regression: the last picture outlived its decode, and so did each block's input; both pinned segments."""
    backend, _networks, pipeline = card

    def need_of_decode(batch):
        backend.empty_cache()
        static = backend.memory.read().reserved_mib
        low, high = static, static + 400
        while high - low > 2:
            cap = (low + high) / 2
            try:
                with backend.memory.capped(cap):
                    pipeline.run(settings("txt2img", 512, 512, batch), 1, Marks())
                high = cap
            except RuntimeError as error:
                drop(error)
                low = cap
        return high - static

    assert need_of_decode(3) <= need_of_decode(1) + 8


def test_a_cap_below_the_need_is_out_of_memory_and_leaves_the_card_as_it_was(card):
    backend, _networks, pipeline = card
    idle = backend.memory.read().allocated_mib
    with pytest.raises(RuntimeError, match="out of memory") as caught, backend.memory.capped(60):
        pipeline.run(settings("txt2img", 512, 512), 1, Marks())
    caught.value.__traceback__ = None
    del caught
    assert backend.memory.read().ooms == 1
    pipeline.run(settings("txt2img", 512, 512), 1, Marks())
    assert backend.memory.read().allocated_mib == idle


def test_a_run_that_is_cancelled_ends_between_two_steps():
    backend = CpuBackend()
    pipeline = Pipeline(build("toy", backend.device, backend.dtype), backend, stop=lambda: True)
    marks = Marks()
    with pytest.raises(InterruptedRunError):
        pipeline.run(settings("txt2img"), 1, marks)
    assert marks.seen == ["sampling"]


@pytest.mark.parametrize(
    # benchmarks/data/vram-trace/sd15.csv: an independent trace of the same networks.
    ("what", "active_mib"),
    [(settings("txt2img", 512, 512), 384.0), (settings("txt2img", 1024, 1024, 4), 2086.9)],
)
def test_sd15_holds_what_the_traced_table_says(make_backend, what, active_mib):
    backend = make_backend(24)
    networks = build("sd15", backend.device, torch.float16)
    backend.adopt(networks)
    tracker = PhaseTracker(backend.memory, lambda counters: None)
    Pipeline(networks, backend).run(what, 2, tracker)
    tracker.close()
    assert tracker.totals()["activePeakMiB"] - tracker.before["allocatedMiB"] == pytest.approx(active_mib, rel=0.005)
