import re
import time
from types import SimpleNamespace

import pytest
from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeImg2Img, FakeProcessing, FakeWebui
from headroom.webui.ordinary import OrdinaryRuns

PROMPT = "a secret wish"


class Runner:
    """The WebUI's script runner with our script in it."""

    def __init__(self, ordinary, scripts=(), selectable=()):
        self.alwayson_scripts = list(scripts)
        self.selectable_scripts = list(selectable)
        self.process = ordinary.process
        self.before_process_batch = lambda p, batch_number: ordinary.before_process_batch(p)
        self.process_before_every_sampling = lambda p, x, noise, c, uc: ordinary.process_before_every_sampling(p, c, uc)
        self.post_sample = lambda p, ps: ordinary.post_sample(p)
        self.postprocess_batch = lambda p, batch_number: ordinary.postprocess_batch(p)
        self.postprocess = lambda p, processed: ordinary.postprocess(p)

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


class Rig:
    def __init__(self, burst=lambda name: None, device="cuda"):
        self.sent = []
        self.begun = 0
        self.cuda = FakeCuda()
        self.kept = []
        self.webui = FakeWebui(torch=fake_torch(self.cuda), burst=burst, device=device)
        self.ordinary = OrdinaryRuns(self.webui, self.sent.append, on_run=self.begin, keep_peaks=self.kept.append)

    def begin(self):
        self.begun += 1

    def generate(self, kind=FakeProcessing, runner=None, **fields):
        p = kind(prompt=PROMPT, **fields)
        p.all_prompts, p.all_negative_prompts = [PROMPT], [""]
        p.scripts = runner or Runner(self.ordinary)
        p.script_args = fields.get("script_args", ())
        with self.webui.lock:
            self.webui.process_images(p)
        return p

    def types(self):
        return [message["type"] for message in self.sent]


def phases(sent):
    return [message["counters"]["phase"] for message in sent if message["type"] == "run-phase"]


def test_a_persons_generation_is_reported_with_its_real_settings(assert_host_messages):
    rig = Rig()
    rig.generate(width=640, height=512, batch_size=2)
    assert_host_messages(rig.sent)
    assert rig.types() == ["run-started", "run-phase", "run-phase", "run-ended"]
    started = rig.sent[0]
    assert started["origin"] == "ordinary"
    assert started["settings"] == {"operation": "txt2img", "width": 640, "height": 512, "batchSize": 2, "hires": None}
    assert rig.sent[-1]["outcome"] == "ok"
    assert rig.begun == 1


def test_an_img2img_run_begins_before_its_image_is_encoded(assert_host_messages):
    seen = []
    rig = Rig(burst=lambda name: seen.append((name, rig.types())))
    rig.generate(FakeImg2Img, init_images=["image"])
    assert_host_messages(rig.sent)
    assert seen[0] == ("encode", ["run-started"])
    assert phases(rig.sent) == ["encode", "sampling", "decode"]


def test_hires_is_reported_with_the_target_that_the_webui_worked_out(assert_host_messages):
    rig = Rig()
    rig.generate(enable_hr=True, hr_upscaler="Lanczos", hr_scale=1.5)
    assert_host_messages(rig.sent)
    hires = rig.sent[0]["settings"]["hires"]
    assert (hires["width"], hires["uncroppedHeight"], hires["upscaler"]) == (768, 768, "Lanczos")
    assert phases(rig.sent) == ["sampling", "upscale", "hires_sampling", "decode"]


def test_no_prompt_leaves_the_process():
    rig = Rig()
    rig.generate()
    assert PROMPT not in str(rig.sent)


def test_one_that_was_interrupted_is_reported_as_such():
    rig = Rig()
    rig.webui.burst = lambda name: rig.webui.state.interrupt()
    rig.generate()
    assert rig.sent[-1]["outcome"] == "interrupted"


def raising(error, cuda=None, at="sampling"):
    def burst(name):
        if name == at:
            if cuda is not None:
                cuda.ooms += 1
            raise error

    return burst


def test_one_that_raised_ends_when_the_queue_is_free_again(assert_host_messages):
    rig = Rig()
    rig.webui.burst = raising(RuntimeError(PROMPT))
    with pytest.raises(RuntimeError):
        rig.generate()
    with rig.webui.lock:
        rig.ordinary.look()
    assert rig.types()[-1] != "run-ended"
    rig.ordinary.look()
    assert_host_messages(rig.sent)
    assert rig.sent[-1]["outcome"] == "failed"
    assert PROMPT not in str(rig.sent)
    rig.ordinary.look()
    assert rig.types().count("run-ended") == 1


def test_one_that_ran_out_of_memory_is_told_by_torchs_own_count():
    rig = Rig()
    rig.webui.burst = raising(FakeCuda.OutOfMemoryError("CUDA out of memory"), rig.cuda)
    with pytest.raises(FakeCuda.OutOfMemoryError):
        rig.generate()
    rig.ordinary.look()
    assert rig.sent[-1]["outcome"] == "oom"


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        (FakeProcessing, {}, ["start"]),
        (FakeProcessing, {"enable_hr": True, "hr_upscaler": "Lanczos", "hr_scale": 1.5}, ["start"]),
        (FakeImg2Img, {"init_images": ["image"]}, ["encode", "start"]),
    ],
)
def test_one_that_ran_out_of_memory_before_sampling_is_told_with_the_phase_start(
    kind, fields, expected, assert_host_messages
):
    rig = Rig()
    rig.webui.burst = raising(FakeCuda.OutOfMemoryError("CUDA out of memory"), rig.cuda, at="conditioning")
    with pytest.raises(FakeCuda.OutOfMemoryError):
        rig.generate(kind, width=640, **fields)
    rig.ordinary.look()
    assert_host_messages(rig.sent)
    assert phases(rig.sent) == expected
    assert rig.sent[0]["settings"]["width"] == 640
    assert rig.sent[0]["startedAtMs"] <= time.time() * 1000
    assert (rig.types()[0], rig.sent[-1]["outcome"]) == ("run-started", "oom")


def test_one_that_failed_otherwise_before_sampling_is_not_told():
    rig = Rig()
    rig.webui.burst = raising(RuntimeError("no such embedding"), at="conditioning")
    with pytest.raises(RuntimeError):
        rig.generate()
    rig.ordinary.look()
    assert rig.sent == []


@pytest.mark.parametrize(
    "text",
    [
        "Not enough memory, use lower resolution (max approx. 640x640). Need: 1.5GB free, Have:0.1GB free",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    ],
)
def test_attention_that_gives_up_for_want_of_memory_has_run_out_of_it_though_torch_did_not_count(text):
    rig = Rig()
    rig.webui.burst = raising(RuntimeError(text))
    with pytest.raises(RuntimeError, match=re.escape(text)):
        rig.generate()
    rig.ordinary.look()
    assert rig.sent[-1]["torch"]["ooms"] == 0
    assert rig.sent[-1]["outcome"] == "oom"


def test_the_next_generation_ends_one_that_nobody_saw_end():
    rig = Rig()
    rig.webui.burst = raising(RuntimeError("broken"))
    with pytest.raises(RuntimeError):
        rig.generate()
    rig.webui.burst = lambda name: None
    rig.generate()
    assert [message["outcome"] for message in rig.sent if message["type"] == "run-ended"] == ["failed", "ok"]


def test_a_failure_of_ours_does_not_reach_the_generation():
    def broken(message):
        raise RuntimeError("the link is broken")

    rig = Rig()
    rig.ordinary = OrdinaryRuns(rig.webui, broken, on_run=lambda: None)
    p = rig.generate()
    assert p.is_hr_pass is False


def test_nothing_is_put_on_p_that_a_script_could_copy():
    rig = Rig()
    before = set(vars(rig.generate(runner=Runner(OrdinaryRuns(rig.webui, rig.sent.append, on_run=lambda: None)))))
    bare = FakeProcessing(prompt=PROMPT)
    assert before - set(vars(bare)) <= {"all_prompts", "all_negative_prompts", "hr_upscale_to_x", "hr_upscale_to_y"}


def test_without_cuda_it_is_reported_all_the_same(assert_host_messages):
    rig = Rig(device="cpu")
    rig.generate()
    assert_host_messages(rig.sent)
    assert rig.types() == ["run-started", "run-ended"]


def script(title, filename, args_from, args_to):
    return SimpleNamespace(title=lambda: title, filename=filename, args_from=args_from, args_to=args_to)


def test_what_other_extensions_do_is_named_but_not_what_they_are_told():
    rig = Rig()
    scripts = [
        script("ControlNet", "/ext/controlnet.py", 1, 3),
        script("ADetailer", "/ext/adetailer.py", 3, 5),
        script("Dynamic prompts", "/ext/dynamic.py", 5, 6),
        script("Refiner", "/webui/modules/processing_scripts/refiner.py", 6, 7),
        script("Headroom", "/ext/headroom.py", 7, 7),
    ]
    units = SimpleNamespace(enabled=False), SimpleNamespace(enabled=True)
    p = FakeProcessing(prompt=PROMPT)
    p.all_prompts, p.all_negative_prompts = [PROMPT], [""]
    p.scripts = Runner(rig.ordinary, scripts, [script("X/Y/Z plot", "/webui/scripts/xyz.py", 7, 7)])
    p.script_args = (1, *units, True, "face_yolo", False, True)
    p.tiling = True
    p.extra_network_data = {"lora": ["one", "two"], "hypernet": []}
    rig.webui.process_images(p)
    assert rig.sent[0]["extras"] == ["lora: 2", "script ADetailer", "script ControlNet", "script X/Y/Z plot", "tiling"]


def schedule(tokens):
    return SimpleNamespace(cond=SimpleNamespace(shape=(tokens, 768)))


def conds(positive, negative):
    return SimpleNamespace(batch=[[SimpleNamespace(schedules=[schedule(positive)])]]), [[schedule(negative)]]


@pytest.mark.parametrize(
    ("positive", "negative", "options", "expected"),
    [
        (77, 77, {}, True),
        (154, 77, {}, False),
        (154, 77, {"pad_cond_uncond": True}, True),
        (77, 77, {"batch_cond_uncond": False}, False),
    ],
)
def test_whether_prompt_and_negative_go_together_is_seen_from_their_lengths(positive, negative, options, expected):
    from headroom.webui.prompts import batched_by_conditioning

    webui = FakeWebui()
    for name, value in options.items():
        setattr(webui.fake_opts, name, value)
    assert batched_by_conditioning(webui, *conds(positive, negative)) is expected


def test_an_sdxl_conditioning_and_an_unknown_one_are_told_apart():
    from headroom.webui.prompts import batched_by_conditioning

    webui = FakeWebui()
    cond, uncond = conds(77, 77)
    uncond[0][0].cond = {"crossattn": SimpleNamespace(shape=(77, 2048)), "vector": None}
    assert batched_by_conditioning(webui, cond, uncond) is True
    assert batched_by_conditioning(webui, None, None) is None
