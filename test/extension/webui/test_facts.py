import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from fakes.setups import setups
from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeWebui
from headroom.webui import device as device_module
from headroom.webui.device import describe_device
from headroom.webui.facts import Reporter, facts_of_generation, facts_of_webui

REPORTS = json.loads((Path(__file__).parents[2] / "fixtures" / "hosts" / "reports.json").read_text(encoding="utf-8"))
DRIVERS = ("00000000-1111-2222-3333-444444444444", "0000:0a:00.0")


@pytest.fixture
def machine(monkeypatch):
    """The driver and the system answer as they did when the fixture was recorded; `launch` as the set-up's."""
    monkeypatch.setattr(device_module, "_ask_driver", lambda index: DRIVERS)
    monkeypatch.setattr(device_module.platform, "processor", lambda: "x86_64")

    def of(webui):
        launch = ModuleType("launch")
        if webui.version is not None:
            launch.git_tag = lambda: webui.version
        monkeypatch.setitem(sys.modules, "launch", launch)
        for name, value in webui.environ.items():
            monkeypatch.setenv(name, value)
        return webui

    return of


@pytest.mark.parametrize("case", REPORTS, ids=lambda case: case["name"])
def test_each_set_up_is_reported_as_the_sidecars_tests_read_it(case, machine, assert_host_messages):
    report = Reporter(machine(setups()[case["name"]])).read()
    assert_host_messages([{"type": "environment", "report": report}])
    assert report == case["report"]


def test_before_a_device_is_chosen_there_is_nothing_to_say():
    webui = FakeWebui()
    webui.fake_devices.device = None
    assert Reporter(webui).read() is None


def test_names_that_are_too_long_are_cut(assert_host_messages):
    webui = FakeWebui()
    webui.fake_opts.sd_vae = "v" * 1000
    webui.fake_shared.sd_upscalers = [SimpleNamespace(name="u" * 500)] * 400
    report = Reporter(webui).read()
    assert_host_messages([{"type": "environment", "report": report}])
    assert len(report["imageUpscalers"]) == 300


def test_a_picture_is_told_as_one_and_not_what_it_shows():
    class Picture:
        def __str__(self):
            raise AssertionError("nobody asked for it")

    picture = Picture()
    p = SimpleNamespace(prompt="a secret wish", image_mask=picture, init_images=[picture, picture], width=512)
    facts = facts_of_generation(p)
    assert facts["image_mask"] == "<Picture>"
    assert facts["init_images#"] == "2"
    assert "a secret wish" not in str(facts)


def test_what_a_fork_lacks_is_left_out_and_what_is_none_is_told_so():
    webui = FakeWebui()
    webui.fake_opts.sd_vae = None
    facts = facts_of_webui(webui)
    assert facts["opts:sd_vae"] is None
    assert "opts:sd_unet" not in facts
    webui.fake_shared.sd_model = None
    assert "model:__class__.__name__" not in facts_of_webui(webui)


def test_the_driver_is_asked_by_torchs_number_of_the_card(monkeypatch):
    asked = []
    monkeypatch.setattr(device_module, "_ask_driver", lambda index: asked.append(index) or DRIVERS)
    described = describe_device(fake_torch(FakeCuda(uuid="from torch")), SimpleNamespace(type="cuda", index=None))
    assert asked == [0]
    assert (described["uuid"], described["driverUuid"], described["driverBusId"]) == ("from torch", *DRIVERS)


def test_without_a_driver_the_card_has_no_identity():
    described = describe_device(fake_torch(), SimpleNamespace(type="cuda", index=0))
    assert (described["uuid"], described["driverUuid"], described["driverBusId"]) == (None, None, None)
