import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes.runs import ORDINARY_RUNS, PROMPT, Runner, ordinary
from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeImg2Img, FakeProcessing, FakeWebui
from headroom.webui.company import company_of, lengths_of_conditioning, lengths_of_prompts
from headroom.webui.ordinary import OrdinaryRuns

RUNS = json.loads((Path(__file__).parents[2] / "fixtures" / "hosts" / "runs.json").read_text(encoding="utf-8"))["runs"]


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


def without_times(messages):
    return [{**message, "runId": "r1", "afterMs": 0, "startedAtMs": 0} for message in messages]


@pytest.mark.parametrize("name", ORDINARY_RUNS)
def test_each_run_is_told_as_the_sidecars_tests_read_it(name, assert_host_messages):
    sent = ordinary(**ORDINARY_RUNS[name])
    assert_host_messages(sent)
    assert without_times(sent) == without_times(next(case["messages"] for case in RUNS if case["name"] == name))
    assert PROMPT not in str(sent)


def test_an_img2img_run_is_told_before_its_image_is_encoded():
    seen = []
    rig = Rig(burst=lambda name: seen.append((name, rig.types())))
    rig.generate(FakeImg2Img, init_images=["image"])
    assert seen[0] == ("encode", ["run-started", "run-mark"])
    assert rig.begun == 1


def raising(error):
    def burst(name):
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
    assert rig.sent[-1]["returned"] is False
    assert PROMPT not in str(rig.sent)
    rig.ordinary.look()
    assert rig.types().count("run-ended") == 1


def test_the_next_generation_ends_one_that_nobody_saw_end():
    rig = Rig()
    rig.webui.burst = raising(RuntimeError("broken"))
    with pytest.raises(RuntimeError):
        rig.generate()
    rig.webui.burst = lambda name: None
    rig.generate()
    assert [message["returned"] for message in rig.sent if message["type"] == "run-ended"] == [False, True]


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


def script(title, filename, args_from, args_to):
    return SimpleNamespace(title=lambda: title, filename=filename, args_from=args_from, args_to=args_to)


def test_what_other_extensions_do_is_named_but_not_what_they_are_told():
    scripts = [
        script("ControlNet", "/ext/controlnet.py", 1, 3),
        script("ADetailer", "/ext/adetailer.py", 3, 5),
        script("Dynamic prompts", "/ext/dynamic.py", 5, 6),
        script("AnimateDiff", "/ext/animatediff.py", 6, 7),
    ]
    units = SimpleNamespace(enabled=False), SimpleNamespace(enabled=True)
    p = SimpleNamespace(
        scripts=SimpleNamespace(
            alwayson_scripts=scripts, selectable_scripts=[script("X/Y/Z plot", "/webui/scripts/xyz.py", 7, 7)]
        ),
        script_args=(1, *units, True, "face_yolo", False, SimpleNamespace(enable=True)),
        extra_network_data={"lora": ["one", "two"], "hypernet": []},
    )
    assert company_of(FakeWebui(), p, [77]) == {
        "scripts": [
            {
                "title": "ControlNet",
                "file": "/ext/controlnet.py",
                "handed": [{"value": "<SimpleNamespace>", "on": False}, {"value": "<SimpleNamespace>", "on": True}],
            },
            {"title": "ADetailer", "file": "/ext/adetailer.py", "handed": [{"value": "True", "on": None}]},
            {"title": "Dynamic prompts", "file": "/ext/dynamic.py", "handed": [{"value": "False", "on": None}]},
            {
                "title": "AnimateDiff",
                "file": "/ext/animatediff.py",
                "handed": [{"value": "<SimpleNamespace>", "on": True}],
            },
        ],
        "chosenScript": "X/Y/Z plot",
        "networks": {"lora": 2, "hypernet": 0},
        "lengths": [77],
    }


def test_of_dictionaries_that_an_api_call_hands_over_only_the_switch_is_told():
    units = {"enabled": False, "model": "canny"}, {"enable": True, "model": "depth"}
    scripts = [script("ControlNet", "/ext/controlnet.py", 1, 3), script("ADetailer", "/ext/adetailer.py", 3, 6)]
    p = SimpleNamespace(
        scripts=SimpleNamespace(alwayson_scripts=scripts),
        script_args=(0, *units, {"ad_prompt": PROMPT}, PROMPT, {"enabled": "by hand"}),
    )
    found = company_of(FakeWebui(), p, [77])["scripts"]
    assert [one["handed"] for one in found] == [
        [{"value": "<dict>", "on": False}, {"value": "<dict>", "on": True}],
        [{"value": "<dict>", "on": None}, {"value": "<dict>", "on": False}],
    ]


def test_before_the_webui_has_parsed_the_prompt_its_parser_counts_the_networks():
    webui = FakeWebui()
    module = webui.module
    parsed = SimpleNamespace(parse_prompts=lambda prompts: (prompts, {"lora": ["one"]}))
    webui.module = lambda name: parsed if name == "extra_networks" else module(name)
    p = SimpleNamespace(all_prompts=["<lora:one:1>"])
    assert company_of(webui, p, None)["networks"] == {"lora": 1}


def schedule(tokens):
    return SimpleNamespace(cond=SimpleNamespace(shape=(tokens, 768)))


def conds(positive, negative):
    return SimpleNamespace(batch=[[SimpleNamespace(schedules=[schedule(positive)])]]), [[schedule(negative)]]


def test_of_prompts_only_their_lengths_are_told():
    assert lengths_of_conditioning(*conds(154, 77)) == [77, 154]
    assert lengths_of_conditioning(*conds(77, 77)) == [77]
    cond, uncond = conds(77, 77)
    uncond[0][0].cond = {"crossattn": SimpleNamespace(shape=(77, 2048)), "vector": None}
    assert lengths_of_conditioning(cond, uncond) == [77]
    assert lengths_of_conditioning(None, None) is None


def test_before_there_is_conditioning_the_webuis_counter_tells_the_chunks():
    webui = FakeWebui()
    hijack = SimpleNamespace(get_prompt_lengths=lambda text: (len(text), 75 if len(text) < 75 else 150))
    webui.module = lambda name: SimpleNamespace(model_hijack=hijack) if name == "sd_hijack" else None
    p = SimpleNamespace(all_prompts=["a" * 100], all_negative_prompts=[""])
    assert lengths_of_prompts(webui, p) == [150, 75]
    assert lengths_of_prompts(FakeWebui(), p) is None
