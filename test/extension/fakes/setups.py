"""WebUIs as different as people have them, by name.

test/fixtures/hosts/reports.json holds what is told of each, and how the sidecar has called and keyed it from the first
version on.
"""

from types import SimpleNamespace

from .torch import FakeCuda, fake_torch
from .webui import FakeWebui

UUID = "5f1e9d5a-3c5e-4a61-9f0a-1d2b3c4d5e6f"
OPTIONS = {
    "sd_vae": "Automatic",
    "sd_unet": "Automatic",
    "upcast_attn": False,
    "batch_cond_uncond": True,
    "pad_cond_uncond": False,
    "pad_cond_uncond_v0": False,
    "token_merging_ratio": 0.0,
    "token_merging_ratio_img2img": 0,
    "token_merging_ratio_hr": 0.5,
    "hypertile_enable_unet": False,
    "hypertile_max_depth_unet": 3,
    "sd_vae_encode_method": "Full",
    "sd_vae_decode_method": "Full",
    "cache_fp16_weight": False,
    "sd_checkpoints_limit": 1,
    "ESRGAN_tile": 192,
    "DAT_tile": 192,
    "live_previews_enable": True,
    "show_progress_type": "Approx NN",
    "outdir_samples": "",
    "outdir_txt2img_samples": "outputs/txt2img-images",
    "outdir_grids": "",
    "outdir_txt2img_grids": "outputs/txt2img-grids",
    "save_init_img": False,
    "use_old_hires_fix_width_height": False,
}


class dtype:  # noqa: N801  as torch calls it
    def __init__(self, name):
        self.name = name

    def __str__(self):
        return f"torch.{self.name}"


class SetUp(FakeWebui):
    def __init__(self, *, method="sdp", version="v1.10.1", program=None, environ=None, **kwargs):
        super().__init__(**kwargs)
        self.method, self.version, self.environ = method, version, environ or {}
        for name, value in OPTIONS.items():
            setattr(self.fake_opts, name, value)
        for name, value in {
            "dtype": dtype("float16"),
            "dtype_unet": dtype("float16"),
            "dtype_vae": dtype("float16"),
            "dtype_inference": dtype("float16"),
            "fp8": False,
            "unet_needs_upcast": False,
        }.items():
            setattr(self.fake_devices, name, value)
        title = SimpleNamespace(short_title="v1-5-pruned-emaonly [6ce0161689]", title="long", name="v1-5")
        self.fake_shared.sd_model = SimpleNamespace(is_sd1=True, sd_checkpoint_info=title)
        if program is not None:
            self.own = {name: SimpleNamespace() for name in program}

    def module(self, name):
        if name == "sd_hijack":
            return SimpleNamespace(model_hijack=SimpleNamespace(optimization_method=self.method))
        return super().module(name)


def _with(webui, *, options=None, flags=None, devices=None, model=None):
    for place, fields in ((webui.fake_opts, options), (webui.cmd_opts, flags), (webui.fake_devices, devices)):
        for name, value in (fields or {}).items():
            setattr(place, name, value)
    for name, value in (model or {}).items():
        setattr(webui.fake_shared.sd_model, name, value)
    return webui


def _without_checkpoint(webui):
    webui.fake_shared.sd_model = None
    return webui


def _bare(webui):
    webui.fake_opts.__dict__.clear()
    for name in ("dtype", "dtype_unet", "dtype_vae", "dtype_inference", "fp8", "unet_needs_upcast"):
        delattr(webui.fake_devices, name)
    for name in ("latent_upscale_modes", "sd_upscalers"):
        delattr(webui.fake_shared, name)
    return webui


def _placed(cuda, **place):
    properties = cuda.get_device_properties
    cuda.get_device_properties = lambda device=None: SimpleNamespace(**vars(properties(device)), **place)
    return cuda


def _card(**place):
    return {"torch": fake_torch(_placed(FakeCuda(uuid=UUID), **place))}


def _rocm():
    torch = fake_torch(FakeCuda(total_mib=16368))
    torch.version.hip = "5.7"
    return {"torch": torch}


FORGE = ["backend", "modules.launch_utils", "modules.lowvram", "modules_forge"]
INPAINTING = SimpleNamespace(conditioning_key="hybrid")


def setups():
    return {
        "A1111 with sdp": SetUp(**_card()),
        "a card that torch places on its bus": SetUp(**_card(pci_domain_id=0, pci_bus_id=10, pci_device_id=0)),
        "a card of which torch tells nothing": SetUp(),
        "Doggettx of 1.5": SetUp(method="Doggettx", version="v1.5.2", **_card()),
        "Doggettx": SetUp(method="Doggettx", **_card()),
        "no optimisation at all": SetUp(method="", **_card()),
        "an optimisation that nobody knows": SetUp(method="something new", **_card()),
        "SDXL, medvram for it alone, full previews": _with(
            SetUp(method="xformers", **_card()),
            flags={"medvram_sdxl": True},
            options={"show_progress_type": "Full", "token_merging_ratio": 0.3},
            model={"is_sdxl": True, "is_sd1": False},
        ),
        "an SSD, batches switched off": _with(
            SetUp(**_card()), options={"batch_cond_uncond": False}, model={"is_sdxl": True, "is_ssd": True}
        ),
        "SD 2 for inpainting, lowvram, fp32": _with(
            SetUp(**_card()),
            flags={"lowvram": True},
            devices={name: dtype("float32") for name in ("dtype", "dtype_unet", "dtype_vae")},
            model={"is_sd1": False, "is_sd2": True, "model": INPAINTING},
        ),
        "an allocator of its own settings": SetUp(
            environ={"PYTORCH_CUDA_ALLOC_CONF": "max_split_size_mb:512", "PYTORCH_ALLOC_CONF": ""}, **_card()
        ),
        "the CPU": SetUp(device="cpu", method="InvokeAI", version="<none>"),
        "an AMD card": SetUp(method="sub-quadratic", **_rocm()),
        "DirectML": SetUp(device="privateuseone", method="V1"),
        "before a checkpoint is loaded": _without_checkpoint(SetUp(method=None, **_card())),
        "nearly nothing": _bare(SetUp(device="cpu", method=None, version=None)),
        "Forge": SetUp(program=FORGE, version="f2.0.1v1.10.1", **_card()),
        "SD.Next": SetUp(program=["installer", "modules.sd_offload"], version=None, **_card()),
        "names that are long": _with(SetUp(**_card()), options={"sd_vae": "v" * 1000}),
    }
