"""Benchmark runs as forks of the WebUI take them. What the fakes hold is named with its place in fakes/forks.py."""

import contextlib
import json
from pathlib import Path

import pytest
from fakes.forks import ForgeTxt2Img, ForgeWebui, ReForgeTxt2Img, SdnextProcessing, StableDiffusionProcessingImg2Img
from fakes.torch import FakeCuda, fake_torch
from headroom.webui.facts import Reporter, facts_of_generation
from headroom.webui.generation import Generation

RUNS = json.loads((Path(__file__).parents[2] / "fixtures" / "hosts" / "runs.json").read_text(encoding="utf-8"))["runs"]
REQUESTS = {case["name"]: case["request"] for case in RUNS}


def run(webui, operation):
    sent = []
    Generation(webui, sent.append, lock_limit_s=0.1).run(REQUESTS[operation])
    return sent


def webui(**kwargs):
    return ForgeWebui(torch=fake_torch(FakeCuda()), **kwargs)


@pytest.mark.parametrize("operation", ["hires_latent", "hires_image"])
def test_the_second_pass_is_of_the_same_networks_in_forge(operation):
    forge = webui()
    assert run(forge, operation)[-1]["returned"]
    assert forge.made[0].hr_additional_modules == ["Use same choices"]


@pytest.mark.parametrize("operation", ["txt2img", "hires_latent", "img2img"])
def test_reforge_looks_among_the_scripts_of_a_run_for_one_of_its_own_and_finds_none(operation):
    assert run(webui(txt2img=ReForgeTxt2Img), operation)[-1]["returned"]


class MainThread:
    """modules_forge/main_thread.py: what a job raises is printed there, and swallowed."""

    def __init__(self):
        self.jobs = 0

    def run_and_wait_result(self, job):
        self.jobs += 1
        with contextlib.suppress(Exception):
            job()


def test_a_generation_is_run_on_forges_main_thread_and_what_it_raises_is_not_lost():
    def out_of_memory(name):
        raise FakeCuda.OutOfMemoryError("CUDA out of memory.")

    forge = webui()
    main_thread = forge.own["modules_forge.main_thread"] = MainThread()
    assert run(forge, "txt2img")[-1]["returned"]
    forge.burst = out_of_memory
    assert run(forge, "txt2img")[-1]["errorSigns"] == ["torch-class", "device-ran-out"]
    assert main_thread.jobs == 2


@pytest.mark.parametrize("kind", [ForgeTxt2Img, ReForgeTxt2Img])
def test_both_passes_have_the_same_guidance_and_so_a_negative_prompt(kind):
    forge = webui(txt2img=kind)
    run(forge, "hires_latent")
    p = forge.made[0]
    assert p.hr_cfg == p.cfg_scale > 1
    assert getattr(p, "second_pass_has_a_negative_prompt", True)


@pytest.mark.parametrize("kind", [ForgeTxt2Img, ReForgeTxt2Img])
def test_the_cache_of_conditioning_has_as_many_places_as_the_fork_gives_it(kind):
    forge = webui(txt2img=kind)
    run(forge, "txt2img")
    p = forge.made[0]
    assert p.cached_c == [None, None, None]
    assert p.cached_c is not kind.cached_c


def test_a_run_before_forge_has_loaded_a_checkpoint_is_refused_for_it_would_be_keyed_wrongly(assert_host_messages):
    forge = webui(loaded=False)
    sent = run(forge, "txt2img")
    assert_host_messages(sent)
    assert [message.get("because") for message in sent] == ["no-model"]
    assert forge.made == []


def test_what_stands_in_for_a_checkpoint_is_none():
    forge = webui(loaded=False)
    assert forge.loaded_model is None
    assert "model:__class__.__name__" not in Reporter(forge).read()["facts"]
    assert webui().loaded_model is not None


def test_a_generation_is_told_by_its_class_for_sdnext_has_every_field_on_all():
    facts = facts_of_generation(StableDiffusionProcessingImg2Img())
    assert "StableDiffusionProcessingImg2Img'" in facts["__class__.__mro__"]
    assert "Img2Img" not in facts_of_generation(SdnextProcessing())["__class__.__mro__"]
