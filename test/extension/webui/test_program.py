import sys
from types import ModuleType, SimpleNamespace

import pytest
from fakes.webui import FakeWebui
from headroom.webui.a1111 import Webui
from headroom.webui.facts import program_of
from headroom.wire.messages import PROGRAM_MARKS as MARKS

A1111 = [
    "modules.launch_utils",
    "modules.lowvram",
    "modules.sd_hijack:model_hijack.optimization_method",
    "modules.sd_models:model_data.sd_model",
]


def test_a1111_is_made_of_its_own_modules_before_any_checkpoint_is_there():
    assert program_of(FakeWebui()) == A1111


def test_sdnexts_hijack_is_a_function_and_has_no_optimisation():
    """sdnext 058a7f0: installer.py, modules/sd_offload.py, modules/sd_hijack.py:7, modules/modeldata.py."""
    webui = FakeWebui()
    webui.own = {
        "installer": SimpleNamespace(),
        "modules.sd_hijack": SimpleNamespace(model_hijack=lambda: None),
        "modules.sd_models": SimpleNamespace(model_data=SimpleNamespace(sd_model=None)),
        "modules.sd_offload": SimpleNamespace(),
    }
    assert program_of(webui) == ["installer", "modules.sd_models:model_data.sd_model", "modules.sd_offload"]


def test_forges_hijack_has_none_either():
    """Forge dfdcbab: modules/sd_hijack.py:157 is commented out."""
    webui = FakeWebui()
    webui.own |= {name: SimpleNamespace() for name in ("modules.sd_hijack", "modules_forge", "backend")}
    marks = program_of(webui)
    assert "modules_forge" in marks
    assert "modules.sd_hijack:model_hijack.optimization_method" not in marks


def test_a_webui_of_which_nothing_is_known_has_no_marks():
    webui = FakeWebui()
    webui.own = {}
    assert program_of(webui) == []


@pytest.fixture
def loaded(monkeypatch, tmp_path):
    """Loads a module out of a place, as far as Python tells."""
    (tmp_path / "modules").mkdir()
    # A1111's own has no __init__.py.
    package = ModuleType("modules")
    package.__path__ = [str(tmp_path / "modules")]
    monkeypatch.setitem(sys.modules, "modules", package)

    def load(name, place):
        module = ModuleType(name)
        if place.suffix == ".py":
            module.__file__ = str(tmp_path / place)
        else:
            module.__path__ = [str(tmp_path / place)]
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return load


def test_a_module_is_the_webuis_own_where_it_lies_in_its_folder(loaded, tmp_path):
    lowvram = loaded("modules.lowvram", tmp_path / "modules" / "lowvram.py")
    forge = loaded("modules_forge", tmp_path / "modules_forge")
    assert Webui().own_module("modules.lowvram") is lowvram
    assert Webui().own_module("modules_forge") is forge


def test_a_module_that_an_extension_brings_under_such_a_name_is_not(loaded, tmp_path):
    loaded("ldm_patched", tmp_path / "extensions" / "other" / "ldm_patched")
    loaded("installer", tmp_path / "extensions" / "other" / "installer.py")
    assert Webui().own_module("ldm_patched") is None
    assert Webui().own_module("installer") is None
    assert not set(program_of(Webui())) & {"ldm_patched", "installer"}


def test_what_is_not_loaded_is_not_there():
    assert all(Webui().own_module(mark.partition(":")[0]) is None for mark in MARKS if mark == "modules.sd_offload")
