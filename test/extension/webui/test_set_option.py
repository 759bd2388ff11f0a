"""Options are set on the stand-in WebUI's own, which refuses what the real ones refuse."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from headroom.webui.a1111 import Webui
from headroom.webui.set_option import set_option

STAND_IN = Path(__file__).resolve().parents[2] / "stand_in"
PREVIEWS = ["Full", "Approx NN"]


class OptionsWebui(Webui):
    """The stand-in's options alone, with two of the WebUI's and what the test hides or freezes."""

    def __init__(self, module, folder):
        self.cmd_opts = module.cmd_opts
        self.changes = []
        info = module.OptionInfo
        labels = {
            "show_progress_type": info("Full", "Live preview method", None, {"choices": PREVIEWS}),
            "batch_cond_uncond": info(True, "Batch cond/uncond", onchange=self._changed),
            "sd_vae": info("Automatic", "VAE"),
        }
        self.fake_opts = module.Options(labels)
        self.busy = False
        self.file = folder / "config.json"
        self.raises = None

    def _changed(self):
        self.changes.append(self.fake_opts.batch_cond_uncond)
        if self.raises is not None:
            raise self.raises

    opts = property(lambda self: self.fake_opts)
    shared = property(lambda self: SimpleNamespace(config_filename=str(self.file)))
    is_generating = property(lambda self: self.busy)

    @property
    def saved(self):
        return self.file.read_text(encoding="utf-8") if self.file.exists() else None


@pytest.fixture
def webui(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(STAND_IN))
    monkeypatch.setattr(sys, "argv", ["launch.py"])
    for name in modules_of_webuis():
        monkeypatch.delitem(sys.modules, name)
    from modules import options

    try:
        yield OptionsWebui(options, tmp_path)
    finally:
        for name in modules_of_webuis():
            del sys.modules[name]


def modules_of_webuis():
    return [name for name in sys.modules if name == "modules" or name.startswith("modules.")]


def no(reason):
    return {"ok": False, "reason": reason}


def test_an_option_is_set_and_saved_and_what_stood_there_is_told(webui):
    assert set_option(webui, "show_progress_type", "Approx NN", None) == {"ok": True, "was": "Full"}
    assert webui.opts.show_progress_type == "Approx NN"
    assert '"show_progress_type": "Approx NN"' in webui.saved


def test_what_the_webui_does_after_a_change_is_done_once_and_not_where_nothing_changes(webui):
    assert set_option(webui, "batch_cond_uncond", False, None) == {"ok": True, "was": True}
    assert set_option(webui, "batch_cond_uncond", False, None) == {"ok": True, "was": False}
    assert webui.changes == [False]


def test_it_is_put_back_only_where_nobody_else_has_changed_it(webui):
    set_option(webui, "show_progress_type", "Approx NN", None)
    assert set_option(webui, "show_progress_type", "Full", "Approx NN") == {"ok": True, "was": "Approx NN"}
    webui.opts.set("show_progress_type", "Approx NN")
    assert set_option(webui, "show_progress_type", "Approx NN", "Full") == no("changed")


@pytest.mark.parametrize("name", ["sd_vae", "fp8_storage", "outdir_samples", 7, None])
def test_others_than_those_that_are_advised_or_that_this_webui_lacks_are_unknown(webui, name):
    assert set_option(webui, name, "x", None) == no("unknown")
    assert webui.saved is None


@pytest.mark.parametrize("value", ["Preview", 1, True, None, ["Full"]])
def test_what_the_settings_page_does_not_offer_is_no_choice(webui, value):
    assert set_option(webui, "show_progress_type", value, None) == no("no-choice")
    assert webui.opts.show_progress_type == "Full"


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("freeze_settings", True),
        ("freeze_specific_settings", "sd_vae, show_progress_type"),
        ("freeze_settings_in_sections", "other"),
    ],
)
def test_what_is_frozen_by_a_flag_stays(webui, flag, value):
    setattr(webui.cmd_opts, flag, value)
    assert set_option(webui, "show_progress_type", "Approx NN", None) == no("refused")
    assert (webui.opts.show_progress_type, webui.saved) == ("Full", None)


@pytest.mark.parametrize("hidden", [{"component_args": {"visible": False}}, {"section": (None, "Hidden options")}])
def test_what_is_hidden_stays(webui, hidden):
    vars(webui.opts.data_labels["batch_cond_uncond"]).update(hidden)
    assert set_option(webui, "batch_cond_uncond", False, None) == no("refused")
    assert webui.opts.batch_cond_uncond is True


def test_nothing_is_set_while_a_generation_with_options_of_its_own_is_in_hand(webui):
    webui.busy = True
    assert set_option(webui, "show_progress_type", "Approx NN", None) == no("busy")
    assert webui.opts.show_progress_type == "Full"


def test_where_the_webuis_own_work_after_a_change_fails_all_is_as_before(webui):
    webui.raises = RuntimeError("no such attention")
    assert set_option(webui, "batch_cond_uncond", False, None) == no("failed")
    assert (webui.opts.batch_cond_uncond, webui.saved) == (True, None)


def test_it_is_in_force_where_it_cannot_be_saved(webui):
    webui.file = webui.file.parent / "no such folder" / "config.json"
    assert set_option(webui, "show_progress_type", "Approx NN", None)["ok"] is True
    assert webui.opts.show_progress_type == "Approx NN"
