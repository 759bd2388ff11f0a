import threading

import pytest
from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeProcessing, FakeWebui
from headroom.webui.generation import Generation

BURSTS = {
    "encode": (2500, 2600),
    "conditioning": (2200, 2300),
    "sampling": (4000, 4400),
    "upscale": (5000, 5200),
    "hires_sampling": (6000, 6600),
    "decode": (3000, 4500),
}


def request(operation="txt2img", width=512, height=512, batch=1, cap=None, run_id="r1", hires=None):
    settings = {"operation": operation, "width": width, "height": height, "batchSize": batch, "hires": hires}
    return {"type": "run", "runId": run_id, "origin": "benchmark", "settings": settings, "capMiB": cap, "steps": 2}


HIRES = {"width": 1024, "height": 1024, "uncroppedWidth": 1024, "uncroppedHeight": 1024, "upscaler": None}


class Rig:
    def __init__(self, burst=None, **kwargs):
        self.cuda = FakeCuda()
        self.sent = []
        self.webui = FakeWebui(torch=fake_torch(self.cuda), burst=burst or self.use, **kwargs)
        self.generation = Generation(self.webui, self.sent.append, lock_limit_s=0.1)

    def use(self, name):
        self.cuda.use(*BURSTS[name])

    def run(self, *args, **kwargs):
        self.sent.clear()
        self.generation.run(request(*args, **kwargs))
        return self.sent

    def outcome(self):
        return self.sent[-1]["outcome"]


def phases(sent):
    return [message["counters"]["phase"] for message in sent if message["type"] == "run-phase"]


def out_of_memory(name):
    if name == "sampling":
        raise FakeCuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def test_a_run_says_that_it_starts_reports_its_phases_and_its_end(assert_host_messages):
    rig = Rig()
    sent = rig.run()
    assert_host_messages(sent)
    assert [message["type"] for message in sent] == ["run-started", "run-phase", "run-phase", "run-ended"]
    assert phases(sent) == ["sampling", "decode"]
    assert sent[1]["counters"]["activePeakMiB"] == 4000
    assert sent[-1]["torch"] == {"activePeakMiB": 4000, "reservedPeakMiB": 4500, "allocRetries": 0, "ooms": 0}
    assert rig.outcome() == "ok"


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("img2img", ["encode", "sampling", "decode"]),
        ("hires_latent", ["sampling", "hires_sampling", "decode"]),
        ("hires_image", ["sampling", "upscale", "hires_sampling", "decode"]),
    ],
)
def test_each_operation_has_the_phases_that_it_spends_memory_in(operation, expected, assert_host_messages):
    rig = Rig()
    sent = rig.run(operation, hires=HIRES if operation.startswith("hires") else None)
    assert_host_messages(sent)
    assert phases(sent) == expected
    for message in sent:
        if message["type"] == "run-phase":
            assert message["counters"]["activePeakMiB"] == BURSTS[message["counters"]["phase"]][0]


def test_without_cuda_the_counters_are_null_and_the_rest_is_the_same(assert_host_messages):
    rig = Rig(device="cpu")
    sent = rig.run()
    assert_host_messages(sent)
    assert [message["type"] for message in sent] == ["run-started", "run-ended"]
    assert sent[-1]["torch"] is None
    assert rig.outcome() == "ok"


def test_running_out_of_memory_is_a_result_and_the_webui_is_free_afterwards(assert_host_messages):
    rig = Rig(burst=out_of_memory)
    sent = rig.run(cap=4096)
    assert_host_messages(sent)
    assert rig.outcome() == "oom"
    assert "Tried to allocate" in sent[-1]["error"]
    assert rig.webui.made[0].closed
    assert rig.webui.state.job == ""
    assert rig.webui.lock.acquire(False)
    assert rig.cuda.fraction == 1.0


@pytest.mark.parametrize(("operation", "expected"), [("txt2img", ["start"]), ("img2img", ["encode", "start"])])
def test_running_out_of_memory_before_sampling_is_of_the_phase_start(operation, expected, assert_host_messages):
    def burst(name):
        if name == "conditioning":
            rig.cuda.use(*BURSTS[name])
            raise FakeCuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")

    rig = Rig(burst=burst)
    assert_host_messages(rig.run(operation))
    assert rig.outcome() == "oom"
    assert phases(rig.sent) == expected
    assert rig.sent[-2]["counters"]["activePeakMiB"] == 2200


def test_any_other_error_is_a_failure_with_its_type(assert_host_messages):
    def broken(name):
        raise ValueError("no such tensor " + "x" * 5000)

    rig = Rig(burst=broken)
    assert_host_messages(rig.run())
    assert rig.outcome() == "failed"
    assert rig.sent[-1]["error"].startswith("ValueError: no such tensor")


def test_the_memory_of_an_error_is_let_go():
    import weakref

    class Tensor:
        pass

    held = []

    def burst(name):
        tensor = Tensor()
        held.append(weakref.ref(tensor))
        raise FakeCuda.OutOfMemoryError("CUDA out of memory.")

    rig = Rig(burst=burst)
    rig.run()
    assert held[0]() is None


def test_the_cap_holds_for_the_run_alone():
    rig = Rig()
    rig.run(cap=4096)
    assert rig.webui.seen[0][2] == 0.5
    assert rig.cuda.fractions == [0.5, 1.0]
    assert rig.sent[0]["capMiB"] == 4096


def test_a_cap_is_refused_where_there_is_nothing_to_cap(assert_host_messages):
    rig = Rig(device="cpu")
    assert_host_messages(rig.run(cap=4096))
    assert rig.sent[0]["reason"] == "no-caps"


NO_CAPS = RuntimeError("CUDAPluggableAllocator does not yet support setMemoryFraction")


@pytest.mark.parametrize("error", [NO_CAPS, AttributeError("none")])
def test_a_cap_that_torch_refuses_is_no_failed_run_but_a_refusal_that_says_so(error, assert_host_messages):
    rig = Rig()

    def refuse(*_):
        raise error

    rig.cuda.set_per_process_memory_fraction = refuse
    assert_host_messages(rig.run(cap=4096))
    assert [(message["type"], message["reason"]) for message in rig.sent] == [("run-refused", "no-caps")]
    assert str(error) in rig.sent[0]["message"]
    assert rig.webui.made == []
    assert rig.webui.state.job == ""
    assert rig.webui.lock.acquire(False)
    rig.webui.lock.release()
    assert_host_messages(rig.run())
    assert rig.outcome() == "ok"


def test_nothing_of_the_persons_is_touched():
    rig = Rig()
    options = dict(vars(rig.webui.fake_opts))
    rig.run()
    flags, locked, _ = rig.webui.seen[0]
    assert flags["no_prompt_history"] is True
    assert locked
    assert rig.webui.cmd_opts.no_prompt_history is False
    assert vars(rig.webui.fake_opts) == options
    p = rig.webui.made[0]
    assert p.do_not_save_samples
    assert p.do_not_save_grid
    assert p.override_settings == {"live_previews_enable": False, "save_init_img": False}
    assert p.cached_c is not FakeProcessing.cached_c
    assert FakeProcessing.cached_c == ["the person's", "conditioning"]


def test_frozen_settings_are_left_alone():
    rig = Rig()
    rig.webui.cmd_opts.freeze_settings = True
    rig.run()
    assert rig.webui.made[0].override_settings == {}


def test_the_steps_and_sizes_are_those_asked_for():
    rig = Rig()
    target = {"width": 768, "height": 1152, "uncroppedWidth": 768, "uncroppedHeight": 1152, "upscaler": None}
    rig.run("hires_image", 512, 768, 3, hires=target)
    p = rig.webui.made[0]
    assert (p.width, p.height, p.batch_size, p.steps, p.hr_second_pass_steps) == (512, 768, 3, 2, 2)
    assert (p.hr_upscale_to_x, p.hr_upscale_to_y, p.hr_upscaler) == (768, 1152, "Lanczos")
    assert p.denoising_strength > 0


@pytest.mark.parametrize(
    ("operation", "upscaler"), [("hires_latent", "Lanczos"), ("hires_image", "Latent"), ("hires_image", "gone")]
)
def test_an_upscaler_that_is_not_of_the_kind_asked_for_is_refused(operation, upscaler, assert_host_messages):
    rig = Rig()
    assert_host_messages(rig.run(operation, hires={**HIRES, "upscaler": upscaler}))
    assert rig.sent[0]["reason"] == "unsupported"


def test_while_the_person_generates_a_run_is_refused_as_busy(assert_host_messages):
    rig = Rig()
    rig.webui.lock.acquire()
    assert_host_messages(rig.run())
    assert [message["reason"] for message in rig.sent] == ["busy"]
    assert rig.webui.made == []


def test_no_checkpoint_is_told(assert_host_messages):
    rig = Rig()
    rig.webui.fake_shared.sd_model = None
    assert_host_messages(rig.run())
    assert rig.sent[0]["reason"] == "no-model"
    assert rig.webui.lock.acquire(False)


def test_the_webuis_own_interrupt_ends_a_run_as_interrupted(assert_host_messages):
    rig = Rig()
    rig.webui.burst = lambda name: rig.webui.state.interrupt()
    assert_host_messages(rig.run())
    assert rig.outcome() == "interrupted"
    assert rig.webui.state.interrupted is False


def test_an_interrupt_between_two_runs_refuses_the_next():
    rig = Rig()
    rig.run()
    rig.webui.state.interrupt()
    assert rig.run()[0]["reason"] == "interrupted"
    assert rig.run()[-1]["type"] == "run-ended"


def test_an_interrupt_that_was_meant_for_a_persons_own_generation_is_not_ours():
    rig = Rig()
    rig.run()
    rig.generation.person_generates()
    rig.webui.state.interrupt()
    rig.run()
    assert rig.outcome() == "ok"


def test_cancel_interrupts_the_run_in_hand_and_no_other():
    rig = Rig()

    def burst(name):
        if name == "sampling":
            rig.generation.cancel("another")
            assert not rig.webui.state.interrupted
            rig.generation.cancel("r1")

    rig.webui.burst = burst
    rig.run()
    assert rig.outcome() == "interrupted"


def test_a_run_that_is_cancelled_while_it_waits_never_begins():
    rig = Rig()
    rig.generation = Generation(rig.webui, rig.sent.append, lock_limit_s=30)
    rig.webui.lock.acquire()
    thread = threading.Thread(target=lambda: rig.generation.run(request()))
    thread.start()
    rig.generation.cancel("r1")
    thread.join(timeout=10)
    assert [message["reason"] for message in rig.sent] == ["interrupted"]


def test_a_bug_in_the_shim_is_answered_too(assert_host_messages):
    def begin(job):
        raise TypeError("begin() takes no job here")

    rig = Rig()
    rig.webui.fake_state.begin = begin
    assert_host_messages(rig.run())
    assert rig.sent[-1]["type"] == "run-refused"
    assert rig.webui.lock.acquire(False)


def test_the_environment_is_sent_with_the_queue_held_and_before_the_run():
    order = []
    rig = Rig()
    rig.generation = Generation(
        rig.webui,
        lambda message: order.append(message["type"]),
        before_run=lambda: order.append(("environment", rig.webui.lock.locked())),
    )
    rig.generation.run(request())
    assert order[:2] == [("environment", True), "run-started"]


def test_a_run_that_waits_is_the_run_in_hand(wait_for):
    rig = Rig()
    rig.generation = Generation(rig.webui, rig.sent.append, lock_limit_s=30)
    rig.webui.lock.acquire()
    thread = threading.Thread(target=lambda: rig.generation.run(request()))
    thread.start()
    wait_for(lambda: rig.generation.in_hand == "r1")
    rig.generation.cancel("r1")
    thread.join(timeout=10)
    assert rig.generation.in_hand is None
