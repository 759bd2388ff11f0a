import json
import threading
from pathlib import Path

import pytest
from fakes.runs import BENCHMARK_RUNS, BURSTS, benchmark
from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeProcessing, FakeWebui
from headroom.webui.generation import Generation

RUNS = json.loads((Path(__file__).parents[2] / "fixtures" / "hosts" / "runs.json").read_text(encoding="utf-8"))["runs"]
REQUESTS = {case["name"]: case["request"] for case in RUNS if case["request"] is not None}


def request(name="txt2img", cap=None, run_id="r1", **parameters):
    """As the sidecar asks for it."""
    asked = REQUESTS[name]
    return {**asked, "runId": run_id, "capMiB": cap, "parameters": {**asked["parameters"], **parameters}}


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

    def ended(self):
        return {name: self.sent[-1][name] for name in ("returned", "stopFlags", "errorSigns")}


OK = {"returned": True, "stopFlags": [], "errorSigns": []}


def out_of_memory(name):
    if name == "sampling":
        raise FakeCuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def without_times(messages):
    return [{**message, "runId": "r1", "afterMs": 0, "startedAtMs": 0} for message in messages]


@pytest.mark.parametrize("name", BENCHMARK_RUNS)
def test_each_run_is_told_as_the_sidecars_tests_read_it(name, assert_host_messages):
    sent = benchmark(REQUESTS[name], **BENCHMARK_RUNS[name])
    assert_host_messages(sent)
    assert without_times(sent) == without_times(next(case["messages"] for case in RUNS if case["name"] == name))


def test_running_out_of_memory_is_a_result_and_the_webui_is_free_afterwards(assert_host_messages):
    rig = Rig(burst=out_of_memory)
    sent = rig.run(cap=4096)
    assert_host_messages(sent)
    assert rig.ended() == {"returned": False, "stopFlags": [], "errorSigns": ["torch-class", "device-ran-out"]}
    assert "Tried to allocate" in sent[-1]["error"]
    assert rig.webui.made[0].closed
    assert rig.webui.state.job == ""
    assert rig.webui.lock.acquire(False)
    assert rig.cuda.fraction == 1.0


def test_with_medvram_no_run_finds_or_leaves_the_network_that_a_failed_one_was_at():
    rig = Rig(burst=out_of_memory, medvram=True)
    rig.run()
    assert not rig.ended()["returned"]
    assert rig.webui.lowvram.module_in_gpu is None
    rig.webui.lowvram.module_in_gpu = "what a person's own left"
    rig.webui.burst = lambda name: None
    seen = []
    rig.webui.fake_devices.torch_gc = lambda: seen.append(rig.webui.lowvram.module_in_gpu)
    rig.run()
    assert seen == [None, None]


def test_without_medvram_no_network_is_moved():
    rig = Rig()
    rig.webui.lowvram.module_in_gpu = "untouched"
    rig.webui.lowvram.send_everything_to_cpu = lambda: pytest.fail("a network was moved")
    rig.run()


def test_any_other_error_is_a_failure_with_its_type(assert_host_messages):
    def broken(name):
        raise ValueError("no such tensor " + "x" * 5000)

    rig = Rig(burst=broken)
    assert_host_messages(rig.run())
    assert rig.ended() == {"returned": False, "stopFlags": [], "errorSigns": []}
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


def test_a_cap_is_refused_where_there_is_nothing_to_cap(assert_host_messages):
    rig = Rig(device="cpu")
    assert_host_messages(rig.run(cap=4096))
    assert rig.sent[0]["because"] == "no-counters"


NO_CAPS = RuntimeError("CUDAPluggableAllocator does not yet support setMemoryFraction")


@pytest.mark.parametrize("error", [NO_CAPS, AttributeError("none")])
def test_a_cap_that_torch_refuses_is_no_failed_run_but_a_refusal_that_says_so(error, assert_host_messages):
    rig = Rig()

    def refuse(*_):
        raise error

    rig.cuda.set_per_process_memory_fraction = refuse
    assert_host_messages(rig.run(cap=4096))
    assert [(message["type"], message["because"]) for message in rig.sent] == [("run-refused", "cap-refused")]
    assert str(error) in rig.sent[0]["detail"]
    assert rig.webui.made == []
    assert rig.webui.state.job == ""
    assert rig.webui.lock.acquire(False)
    rig.webui.lock.release()
    assert_host_messages(rig.run())
    assert rig.ended() == OK


def test_nothing_of_the_persons_is_touched():
    rig = Rig()
    options = dict(vars(rig.webui.fake_opts))
    overrides = {"live_previews_enable": False, "save_init_img": False}
    rig.run(override_settings=overrides)
    flags, locked, _ = rig.webui.seen[0]
    assert flags["no_prompt_history"] is True
    assert locked
    assert rig.webui.cmd_opts.no_prompt_history is False
    assert vars(rig.webui.fake_opts) == options
    p = rig.webui.made[0]
    assert p.do_not_save_samples
    assert p.do_not_save_grid
    assert p.override_settings == overrides
    assert p.cached_c is not FakeProcessing.cached_c
    assert FakeProcessing.cached_c == ["the person's", "conditioning"]


def test_the_arguments_are_those_asked_for_and_the_checkpoint_is_the_one_loaded():
    rig = Rig()
    rig.run("hires_image, cropped", width=512, height=768, batch_size=3)
    p = rig.webui.made[0]
    assert (p.width, p.height, p.batch_size, p.steps, p.hr_second_pass_steps) == (512, 768, 3, 2, 2)
    assert (p.hr_resize_x, p.hr_resize_y, p.hr_upscaler) == (1024, 768, "Lanczos")
    assert p.sd_model is rig.webui.fake_shared.sd_model


def test_a_picture_to_begin_with_is_grey_and_of_the_size_asked_for():
    rig = Rig()
    rig.run("img2img")
    (image,) = rig.webui.made[0].init_images
    assert image.size == (512, 512)
    assert image.getpixel((0, 0)) == (128, 128, 128)


def test_other_pictures_are_of_the_grey_asked_for_each_in_a_list_or_alone():
    white = {"parameter": "image_mask", "width": 64, "height": 32, "grey": 255, "isInList": False}
    rig = Rig()
    rig.generation.run({**request("img2img"), "pictures": [white]})
    mask = rig.webui.made[0].image_mask
    assert (mask.size, mask.getpixel((0, 0))) == ((64, 32), (255, 255, 255))


def test_a_class_that_the_webui_lacks_is_refused(assert_host_messages):
    rig = Rig()
    del rig.webui.processing.StableDiffusionProcessingImg2Img
    assert_host_messages(rig.run("img2img"))
    assert rig.sent[0]["because"] == "no-processing"


def test_while_the_person_generates_a_run_is_refused_as_busy(assert_host_messages):
    rig = Rig()
    rig.webui.lock.acquire()
    assert_host_messages(rig.run())
    assert [message["because"] for message in rig.sent] == ["busy"]
    assert rig.webui.made == []


def test_no_checkpoint_is_told(assert_host_messages):
    rig = Rig()
    rig.webui.fake_shared.sd_model = None
    assert_host_messages(rig.run())
    assert rig.sent[0]["because"] == "no-model"
    assert rig.webui.lock.acquire(False)


def test_the_webuis_own_interrupt_ends_a_run_as_interrupted(assert_host_messages):
    rig = Rig()
    rig.webui.burst = lambda name: rig.webui.state.interrupt()
    assert_host_messages(rig.run())
    assert rig.ended() == {"returned": True, "stopFlags": ["interrupted"], "errorSigns": []}
    assert rig.webui.state.interrupted is False


def test_an_interrupt_between_two_runs_refuses_the_next():
    rig = Rig()
    rig.run()
    rig.webui.state.interrupt()
    assert rig.run()[0]["because"] == "interrupted"
    assert rig.run()[-1]["type"] == "run-ended"


def test_an_interrupt_that_was_meant_for_a_persons_own_generation_is_not_ours():
    rig = Rig()
    rig.run()
    rig.generation.person_generates()
    rig.webui.state.interrupt()
    rig.run()
    assert rig.ended() == OK


def test_cancel_interrupts_the_run_in_hand_and_no_other():
    rig = Rig()

    def burst(name):
        if name == "sampling":
            rig.generation.cancel("another")
            assert not rig.webui.state.interrupted
            rig.generation.cancel("r1")

    rig.webui.burst = burst
    rig.run()
    assert rig.ended() == {"returned": True, "stopFlags": ["interrupted"], "errorSigns": []}


def test_a_run_that_is_cancelled_while_it_waits_never_begins():
    rig = Rig()
    rig.generation = Generation(rig.webui, rig.sent.append, lock_limit_s=30)
    rig.webui.lock.acquire()
    thread = threading.Thread(target=lambda: rig.generation.run(request()))
    thread.start()
    rig.generation.cancel("r1")
    thread.join(timeout=10)
    assert [message["because"] for message in rig.sent] == ["cancelled"]


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
