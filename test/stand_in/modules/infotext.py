"""What is written into pictures and params.txt, and what a generation gives back."""

from __future__ import annotations

import json
from typing import Any

from modules import launch_utils, shared
from modules.processing_base import StableDiffusionProcessing
from modules.shared import state


class Processed:
    def __init__(
        self, p: StableDiffusionProcessing, images_list: list[Any], infotexts: list[str] | None = None
    ) -> None:
        self.images = images_list
        self.prompt = p.prompt
        self.negative_prompt = p.negative_prompt
        self.seed = p.all_seeds[0]
        self.all_seeds = p.all_seeds
        self.width = p.width
        self.height = p.height
        self.steps = p.steps
        self.batch_size = p.batch_size
        self.sampler_name = p.sampler_name
        self.cfg_scale = p.cfg_scale
        self.denoising_strength = p.denoising_strength
        self.sd_model_name = shared.sd_model.sd_checkpoint_info.name_for_extra
        self.job_timestamp = state.job_timestamp
        self.infotexts = infotexts or []
        self.info = self.infotexts[0] if self.infotexts else ""
        self.comments = "".join(f"{comment}\n" for comment in p.comments)

    def js(self) -> str:
        return json.dumps({key: value for key, value in vars(self).items() if key != "images"})


def program_version() -> str:
    return launch_utils.git_tag()


def create_infotext(p: StableDiffusionProcessing, index: int = 0) -> str:
    """What is written into pictures and params.txt, and read back by the paste button."""
    values = {
        "Steps": p.steps,
        "Sampler": p.sampler_name,
        "Schedule type": p.scheduler,
        "CFG scale": p.cfg_scale,
        "Seed": p.all_seeds[index],
        "Size": f"{p.width}x{p.height}",
        "Model hash": shared.sd_model.sd_model_hash,
        "Model": shared.sd_model.sd_checkpoint_info.name_for_extra,
        **p.extra_generation_params,
        "Version": program_version(),
    }
    settings = ", ".join(f"{key}: {value}" for key, value in values.items() if value is not None)
    negative = f"\nNegative prompt: {p.negative_prompt}" if p.negative_prompt else ""
    return f"{p.all_prompts[index]}{negative}\n{settings}".strip()
