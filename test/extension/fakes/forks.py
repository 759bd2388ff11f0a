"""Forks of the WebUI as far as the shim meets them: fields and defaults of their own classes, and what those refuse.

Forge: lllyasviel/stable-diffusion-webui-forge dfdcbab; reForge: Panchovix/stable-diffusion-webui-reForge 3b56b26;
SD.Next: vladmandic/sdnext 058a7f0. Lines are of modules/ there.
"""

import math
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from .webui import FakeProcessing, FakeWebui


class FakeInitialModel:
    """What Forge has in a checkpoint's place until the first generation loads one (sd_models.py:385, :397)."""

    def __init__(self):
        self.cond_stage_model = None
        self.chunk_length = 75

    def get_prompt_lengths_on_ui(self, prompt):
        words = len(prompt.split(","))
        return words, math.ceil(max(words, 1) / self.chunk_length) * self.chunk_length


@dataclass
class ForgeTxt2Img(FakeProcessing):
    """processing.py:1186; `close` and the caches of three as at :175-176."""

    cfg_scale: float = 7.0
    distilled_cfg_scale: float = 3.5
    hr_checkpoint_name: str | None = None
    hr_additional_modules: list | None = field(default=None)
    hr_sampler_name: str | None = None
    hr_scheduler: str | None = None
    hr_prompt: str = ""
    hr_negative_prompt: str = ""
    hr_cfg: float = 1.0
    hr_distilled_cfg: float = 3.5

    cached_c = [None, None, None]  # noqa: RUF012 - shared by all, as Forge's is

    def __post_init__(self):
        super().__post_init__()
        self.cached_c = ForgeTxt2Img.cached_c

    def before_second_pass(self):
        """processing.py:1405: anything else than the same choices loads other networks for the second pass."""
        assert "Use same choices" in self.hr_additional_modules, "the second pass would be of other networks"

    @property
    def second_pass_has_a_negative_prompt(self):
        """processing.py:1586."""
        return self.hr_cfg != 1


@dataclass
class ReForgeTxt2Img(FakeProcessing):
    """processing.py:1283: no additional modules; at hr_cfg 1.0 the second pass has another guidance than the first
    (:1640).
    """

    cfg_scale: float = 7.0
    hr_checkpoint_name: str | None = None
    hr_sampler_name: str | None = None
    hr_scheduler: str | None = None
    hr_prompt: str = ""
    hr_negative_prompt: str = ""
    hr_cfg: float = 1.0

    cached_c = [None, None, None]  # noqa: RUF012

    def __post_init__(self):
        super().__post_init__()
        self.cached_c = ReForgeTxt2Img.cached_c


class SdnextProcessing:
    """processing_class.py:25: one class has every operation's fields, `init_images` too (:397), and takes others
    besides.
    """

    def __init__(self, init_images: list | None = None, **fields: Any):
        self.init_images = init_images or []
        self.width = self.height = 512
        self.batch_size = 1
        self.enable_hr = False
        self.scripts = self.sampler = None
        self.script_args = ()
        vars(self).update(fields)


class StableDiffusionProcessingTxt2Img(SdnextProcessing):
    """By the name that SD.Next gives it (processing_class.py:706)."""


class StableDiffusionProcessingImg2Img(SdnextProcessing):
    """processing_class.py:741."""


class ForgeWebui(FakeWebui):
    """`loaded`: whether a checkpoint is there yet; Forge loads it inside `process_images` (processing.py:804)."""

    def __init__(self, *, txt2img=ForgeTxt2Img, loaded=True, **kwargs):
        super().__init__(**kwargs)
        self.processing.StableDiffusionProcessingTxt2Img = self._make(txt2img)
        model = self.fake_shared.sd_model if loaded else FakeInitialModel()
        self.fake_shared.sd_model = model
        self.model_data = SimpleNamespace(sd_model=model, forge_loading_parameters={}, forge_hash="")

    def module(self, name):
        return SimpleNamespace(model_data=self.model_data) if name == "sd_models" else super().module(name)

    def process_images(self, p):
        # reForge's processing.py:1065.
        next(
            (script for script in p.scripts.alwayson_scripts if script.name == "advanced model sampling for reforge"),
            None,
        )
        if p.enable_hr and hasattr(p, "before_second_pass"):
            p.before_second_pass()
        super().process_images(p)
