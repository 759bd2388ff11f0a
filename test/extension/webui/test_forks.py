"""Benchmark runs as forks of the WebUI take them. What the fakes hold is named with its place in fakes/forks.py."""

from types import SimpleNamespace

import pytest
from fakes.forks import (
    ForgeTxt2Img,
    ForgeWebui,
    ReForgeTxt2Img,
    StableDiffusionProcessingImg2Img,
    StableDiffusionProcessingTxt2Img,
)
from fakes.torch import FakeCuda, fake_torch
from headroom.webui.environment import EnvironmentReader
from headroom.webui.generation import Generation
from headroom.webui.phases import PhaseHooks, PhaseTracker
from headroom.webui.settings import settings_of
from headroom.webui.torch_memory import torch_memory

HIRES = {"width": 1024, "height": 1024, "uncroppedWidth": 1024, "uncroppedHeight": 1024, "upscaler": None}


def request(operation):
    hires = HIRES if operation.startswith("hires_") else None
    settings = {"operation": operation, "width": 512, "height": 512, "batchSize": 1, "hires": hires}
    return {"type": "run", "runId": "r1", "origin": "benchmark", "settings": settings, "capMiB": None, "steps": 2}


def run(webui, operation):
    sent = []
    Generation(webui, sent.append, lock_limit_s=0.1).run(request(operation))
    return sent


def webui(**kwargs):
    return ForgeWebui(torch=fake_torch(FakeCuda()), **kwargs)


@pytest.mark.parametrize("operation", ["hires_latent", "hires_image"])
def test_the_second_pass_is_of_the_same_networks_in_forge(operation):
    forge = webui()
    assert run(forge, operation)[-1]["outcome"] == "ok"
    assert forge.made[0].hr_additional_modules == ["Use same choices"]


@pytest.mark.parametrize("operation", ["txt2img", "hires_latent", "img2img"])
def test_reforge_looks_among_the_scripts_of_a_run_for_one_of_its_own_and_finds_none(operation):
    assert run(webui(txt2img=ReForgeTxt2Img), operation)[-1]["outcome"] == "ok"


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
    assert [message.get("reason") for message in sent] == ["no-model"]
    assert forge.made == []


def test_what_stands_in_for_a_checkpoint_is_none():
    forge = webui(loaded=False)
    assert forge.loaded_model is None
    assert EnvironmentReader(forge).read(None)["checkpoint"] is None
    assert webui().loaded_model is not None


@pytest.mark.parametrize(
    ("kind", "expected"), [(StableDiffusionProcessingTxt2Img, "txt2img"), (StableDiffusionProcessingImg2Img, "img2img")]
)
def test_an_operation_goes_by_its_class_for_sdnext_has_every_field_on_all(kind, expected):
    assert settings_of(kind())["operation"] == expected
    cuda = FakeCuda()
    marked = []
    tracker = PhaseTracker(torch_memory(fake_torch(cuda), SimpleNamespace(type="cuda", index=None)), marked.append)
    PhaseHooks(tracker).before_init(kind())
    assert tracker.phase == ("encode" if expected == "img2img" else "start")
