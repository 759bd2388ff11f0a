"""Requests of the API: a subset of the WebUI's fields, with its defaults. Others are ignored."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Extra


class _Generation(BaseModel):
    class Config:
        extra = Extra.ignore

    prompt: str = ""
    negative_prompt: str = ""
    seed: int = -1
    sampler_name: str | None = "Euler a"
    scheduler: str | None = None
    batch_size: int = 1
    n_iter: int = 1
    steps: int = 20
    cfg_scale: float = 7.0
    width: int = 512
    height: int = 512
    override_settings: dict[str, Any] = {}
    override_settings_restore_afterwards: bool = True
    send_images: bool = True
    save_images: bool = False
    alwayson_scripts: dict[str, Any] = {}


class Txt2Img(_Generation):
    enable_hr: bool = False
    denoising_strength: float = 0.75
    hr_scale: float = 2.0
    hr_upscaler: str | None = None
    hr_second_pass_steps: int = 0
    hr_resize_x: int = 0
    hr_resize_y: int = 0


class Img2Img(_Generation):
    init_images: list[str] | None = None
    resize_mode: int = 0
    denoising_strength: float = 0.75
