"""Checkpoints, and the one whose weights lie on the card."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import torch
from simulated_card.phases import SD15, SDXL, ModelShape

from modules import devices, errors, lowvram, script_callbacks, shared
from modules.sd_hijack import model_hijack
from modules.simulation import simulation
from modules.weights import Weights


@dataclass(frozen=True)
class CheckpointInfo:
    name: str
    shorthash: str
    shape: ModelShape

    @property
    def title(self) -> str:
        return f"{self.name} [{self.shorthash}]"

    short_title = title

    @property
    def filename(self) -> str:
        return f"{shared.models_path}/Stable-diffusion/{self.name}"

    @property
    def name_for_extra(self) -> str:
        return self.name.removesuffix(".safetensors")

    model_name = name_for_extra


checkpoints_list = {
    info.title: info
    for info in (
        CheckpointInfo(shared.cmd_opts.checkpoint_name or "simulated-sd15.safetensors", "51d15a0001", SD15),
        CheckpointInfo("simulated-sd15-other.safetensors", "51d15b0002", SD15),
        CheckpointInfo("simulated-sdxl.safetensors", "51d0c10003", SDXL),
    )
}
checkpoint_aliases = {alias: info for info in checkpoints_list.values() for alias in (info.title, info.name)}


class SdModel:
    """The attributes that tell one family from another, and the weights on the card."""

    cond_stage_key = "txt"
    is_sdxl_inpaint = False
    is_sd2 = False
    is_sd3 = False
    is_ssd = False
    parameterization = "eps"

    def __init__(self, info: CheckpointInfo) -> None:
        self.sd_checkpoint_info = info
        self.sd_model_hash = info.shorthash
        self.is_sdxl = info.shape is SDXL
        self.is_sd1 = info.shape is SD15
        self.model = SimpleNamespace(conditioning_key="crossattn")
        self.first_stage_model = SimpleNamespace(dtype=devices.dtype_vae)
        self.lowvram = lowvram.is_needed(self)
        self.choose_attention()
        if simulation.device:
            simulation.device.open_context(warm=False)
        self.weights = Weights(self.phases, swapped=self.lowvram)

    def choose_attention(self) -> None:
        """As the settings have it; the weights stay where they are."""
        model_hijack.apply_optimizations(shared.opts.cross_attention_optimization)
        self.phases = simulation.phases(self.sd_checkpoint_info.shape)


class SdModelData:
    def __init__(self) -> None:
        self.sd_model: SdModel | None = None
        self._lock = threading.Lock()

    def get_sd_model(self) -> SdModel:
        with self._lock:
            if self.sd_model is None:
                load_model(select_checkpoint())
            assert self.sd_model is not None
            return self.sd_model


model_data = SdModelData()


def list_models() -> None:
    """The list is fixed."""


def checkpoint_tiles(use_short: bool = False) -> list[str]:
    del use_short
    return list(checkpoints_list)


def get_closet_checkpoint_match(search_string: str | None) -> CheckpointInfo | None:
    if not search_string:
        return None
    exact = checkpoint_aliases.get(search_string)
    return exact or next((info for info in checkpoints_list.values() if search_string in info.title), None)


def select_checkpoint() -> CheckpointInfo:
    chosen = get_closet_checkpoint_match(shared.opts.sd_model_checkpoint)
    return chosen or next(iter(checkpoints_list.values()))


def load_model(info: CheckpointInfo) -> None:
    """Frees the old weights first: no two lie on the card together. On failure the old one comes back."""
    previous = model_data.sd_model.sd_checkpoint_info if model_data.sd_model else None
    model_data.sd_model = None
    devices.torch_gc()
    model = _try_to_load(info) if previous else SdModel(info)
    if model is None and previous is not None:
        # Only now, with the error gone, are the failed one's weights free again.
        devices.torch_gc()
        info = previous
        model = SdModel(info)
    model_data.sd_model = model
    shared.opts.data["sd_model_checkpoint"] = info.title
    shared.opts.data["sd_checkpoint_hash"] = info.shorthash
    time.sleep(0.05)
    script_callbacks.model_loaded_callback(model)


def _try_to_load(info: CheckpointInfo) -> SdModel | None:
    try:
        return SdModel(info)
    except torch.cuda.OutOfMemoryError as error:
        errors.report(f"Failed to load {info.name}, restoring the previous checkpoint: {error}")
        return None


def reload_model_weights(sd_model: Any = None, info: CheckpointInfo | None = None, forced_reload: bool = False) -> Any:
    del sd_model
    info = info or select_checkpoint()
    # Nothing here may hold the old model: its weights must be gone before the new one's come.
    loaded = model_data.sd_model.sd_checkpoint_info if model_data.sd_model else None
    if forced_reload or loaded != info:
        load_model(info)
    return model_data.sd_model


def unload_model_weights(sd_model: Any = None, info: Any = None) -> None:
    del sd_model, info
    model_data.sd_model = None
    devices.torch_gc()


def apply_token_merging(sd_model: Any, token_merging_ratio: float) -> None:
    """No merging here."""
