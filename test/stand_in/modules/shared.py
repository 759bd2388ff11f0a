"""What every part of the WebUI shares. `sd_model` loads the checkpoint on first use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from modules import devices, shared_options
from modules.memmon import MemUsageMonitor
from modules.options import OptionInfo, Options
from modules.paths_internal import data_path, extensions_dir, models_path, script_path
from modules.shared_cmd_options import cmd_opts
from modules.shared_state import State

__all__ = ["OptionInfo", "cmd_opts", "data_path", "extensions_dir", "models_path", "opts", "script_path", "state"]

device = devices.device
config_filename = str(Path(data_path) / "config.json")
opts = Options(shared_options.options_templates())
state = State()
mem_mon = MemUsageMonitor()
demo: Any = None
batch_cond_uncond = True
parallel_processing_allowed = True
xformers_available = False
face_restorers: list[Any] = []
hypernetworks: dict[str, str] = {}
loaded_hypernetworks: list[Any] = []
tab_names: list[str] = []

latent_upscale_default_mode = "Latent"
latent_upscale_modes = {
    "Latent": {"mode": "bilinear", "antialias": False},
    "Latent (antialiased)": {"mode": "bilinear", "antialias": True},
    "Latent (bicubic)": {"mode": "bicubic", "antialias": False},
    "Latent (bicubic antialiased)": {"mode": "bicubic", "antialias": True},
    "Latent (nearest)": {"mode": "nearest", "antialias": False},
    "Latent (nearest-exact)": {"mode": "nearest-exact", "antialias": False},
}


class UpscalerData:
    """`on_card`: a network that needs memory of the card, as opposed to resizing on the CPU."""

    def __init__(self, name: str, on_card: bool) -> None:
        self.name = name
        self.on_card = on_card
        self.scaler = None


sd_upscalers = [
    UpscalerData("None", on_card=False),
    UpscalerData("Lanczos", on_card=False),
    UpscalerData("Nearest", on_card=False),
    UpscalerData("R-ESRGAN 4x+", on_card=True),
]


class _Shared(sys.modules[__name__].__class__):
    @property
    def sd_model(self) -> Any:
        from modules import sd_models

        return sd_models.model_data.get_sd_model()


sys.modules[__name__].__class__ = _Shared
