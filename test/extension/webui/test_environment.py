from types import SimpleNamespace

import pytest
from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeWebui
from headroom.webui import device as device_module
from headroom.webui.device import describe_device, normalise_bus_id
from headroom.webui.environment import EnvironmentReader, attention_of, family_of, key_of, vram_mode_of

UUID = "5f1e9d5a-3c5e-4a61-9f0a-1d2b3c4d5e6f"


class Webui(FakeWebui):
    def __init__(self, optimization="sdp", **kwargs):
        super().__init__(**kwargs)
        self.optimization = optimization

    def module(self, name):
        if name == "sd_hijack":
            return SimpleNamespace(model_hijack=SimpleNamespace(optimization_method=self.optimization))
        return super().module(name)


def test_an_environment_is_one_that_the_sidecar_reads(assert_host_messages):
    webui = Webui(torch=fake_torch(FakeCuda(uuid=UUID)))
    environment = EnvironmentReader(webui).read(2034.5)
    assert_host_messages([{"type": "environment", "environment": environment}])
    assert environment["device"]["uuid"] == f"GPU-{UUID}"
    assert environment["device"]["totalMiB"] == 8192
    assert environment["traits"] == {
        "attention": "fused",
        "condUncondBatched": True,
        "decodesBatch": False,
        "staticMiB": 2034.5,
    }
    assert environment["upscalers"][0] == {"name": "Latent", "kind": "latent"}
    assert {"name": "Lanczos", "kind": "image"} in environment["upscalers"]
    assert environment["key"]["device"] == f"GPU-{UUID}"


def test_a_webui_that_lacks_nearly_everything_is_described_too(assert_host_messages):
    webui = Webui(device="cpu", optimization=None)
    webui.fake_shared.sd_model = None
    webui.fake_opts.__dict__.clear()
    for name in ("latent_upscale_modes", "sd_upscalers"):
        delattr(webui.fake_shared, name)
    environment = EnvironmentReader(webui).read(None)
    assert_host_messages([{"type": "environment", "environment": environment}])
    assert environment["device"]["backend"] == "cpu"
    assert environment["checkpoint"] is None
    assert environment["traits"]["attention"] == "unknown"


def test_a_checkpoint_without_a_name_is_not_taken_for_none():
    webui = Webui()
    assert EnvironmentReader(webui).read(None)["checkpoint"] == "unknown"
    webui.fake_shared.sd_model = None
    assert EnvironmentReader(webui).read(None)["checkpoint"] is None


def test_before_a_device_is_chosen_there_is_nothing_to_say():
    webui = Webui()
    webui.fake_devices.device = None
    assert EnvironmentReader(webui).read(None) is None


def test_names_that_are_too_long_are_cut(assert_host_messages):
    webui = Webui()
    webui.fake_opts.sd_vae = "v" * 1000
    webui.fake_shared.sd_upscalers = [SimpleNamespace(name="u" * 500)] * 400
    environment = EnvironmentReader(webui).read(None)
    assert_host_messages([{"type": "environment", "environment": environment}])


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("xformers", "fused"),
        ("sdp", "fused"),
        ("sdp-no-mem", "fused"),
        ("V1", "unfused"),
        ("", "unfused"),
        ("Doggettx", "doggettx"),
        ("InvokeAI", "invokeai"),
        ("sub-quadratic", "sub-quadratic"),
        ("something new", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_resolved_optimisation_tells_how_attention_spends_memory(method, kind):
    assert attention_of(Webui(optimization=method), "v1.10.1")[0] == kind


@pytest.mark.parametrize(("device", "kind"), [("cuda", "invokeai"), ("cpu", "sub-quadratic"), ("mps", "adaptive")])
def test_invokeais_slices_follow_free_memory_as_known_on_a_card_and_not_at_all_on_the_cpu(device, kind):
    assert attention_of(Webui(optimization="InvokeAI", device=device), "v1.10.1") == (kind, "InvokeAI")


@pytest.mark.parametrize(("device", "version"), [("cpu", "v1.10.1"), ("cuda", "v1.5.2"), ("cuda", "1.4.0-RC")])
def test_doggettxs_slices_are_known_on_a_card_and_since_1_6_only(device, version):
    webui = Webui(optimization="Doggettx", device=device)
    assert attention_of(webui, version) == ("adaptive", "Doggettx")
    assert attention_of(Webui(optimization="Doggettx"), "unknown") == ("doggettx", "Doggettx")


def test_the_key_changes_with_what_moves_the_curve_and_with_nothing_else():
    webui = Webui()
    described = {"uuid": None, "busId": "00000000:01:00.0", "name": "card"}
    before = key_of(webui, described, "v1.10.1")
    webui.fake_opts.CLIP_stop_at_last_layers = 2
    assert key_of(webui, described, "v1.10.1") == before
    webui.fake_opts.batch_cond_uncond = False
    assert key_of(webui, described, "v1.10.1") != before


def test_live_previews_count_only_where_they_decode_in_full():
    webui = Webui()
    described = {"uuid": None, "busId": None, "name": "card"}
    light = key_of(webui, described, "v1.10.1")
    webui.fake_opts.live_previews_enable = False
    assert key_of(webui, described, "v1.10.1") == light
    webui.fake_opts.live_previews_enable, webui.fake_opts.show_progress_type = True, "Full"
    assert key_of(webui, described, "v1.10.1")["live_preview"] == "Full"


def test_a_checkpoints_family_is_the_most_particular_one():
    assert family_of(SimpleNamespace(is_sdxl=True, is_ssd=True)) == "ssd"
    assert family_of(SimpleNamespace(is_sd1=True, model=SimpleNamespace(conditioning_key="crossattn"))) == "sd1"
    assert family_of(SimpleNamespace(is_sd1=True, model=SimpleNamespace(conditioning_key="hybrid"))) == "sd1 hybrid"
    assert family_of(SimpleNamespace()) == "unknown"


def test_medvram_for_sdxl_alone_is_in_force_for_sdxl_alone():
    webui = Webui()
    webui.cmd_opts.medvram_sdxl = True
    assert vram_mode_of(webui, "sdxl") == "medvram"
    assert vram_mode_of(webui, "sd1") == "none"


def test_the_driver_is_asked_where_torch_does_not_tell(monkeypatch):
    monkeypatch.setattr(device_module, "_ask_driver", lambda index: (f"GPU-{UUID}", "00000000:0A:00.0"))
    described = describe_device(fake_torch(), SimpleNamespace(type="cuda", index=None))
    assert (described["uuid"], described["busId"]) == (f"GPU-{UUID}", "00000000:0A:00.0")


def test_without_a_driver_the_card_has_no_identity():
    described = describe_device(fake_torch(), SimpleNamespace(type="cuda", index=0))
    assert (described["uuid"], described["busId"]) == (None, None)


def test_an_amd_card_is_not_an_nvidia_one():
    torch = fake_torch()
    torch.version.hip = "5.7"
    assert describe_device(torch, SimpleNamespace(type="cuda", index=0))["backend"] == "rocm"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0000:0a:00.0", "00000000:0A:00.0"), ("00000000:01:00.0", "00000000:01:00.0"), ("nonsense", None)],
)
def test_bus_ids_are_written_as_nvidia_smi_writes_them(text, expected):
    assert normalise_bus_id(text) == expected
