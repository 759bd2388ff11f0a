"""The Generate button of the first tab."""

from __future__ import annotations

from typing import Any

import gradio as gr

from modules import processing, scripts, shared
from modules.generate_button import generate
from modules.shared import opts


def txt2img(
    id_task: str,
    request: gr.Request,
    prompt: str,
    negative_prompt: str,
    n_iter: int,
    batch_size: int,
    cfg_scale: float,
    height: int,
    width: int,
    steps: int,
    enable_hr: bool,
    denoising_strength: float,
    hr_scale: float,
    hr_upscaler: str,
    hr_second_pass_steps: int,
    hr_resize_x: int,
    hr_resize_y: int,
    *args: Any,
) -> list[Any]:
    del id_task
    p = processing.StableDiffusionProcessingTxt2Img(
        sd_model=shared.sd_model,
        outpath_samples=opts.outdir_txt2img_samples,
        outpath_grids=opts.outdir_txt2img_grids,
        prompt=prompt,
        negative_prompt=negative_prompt,
        batch_size=int(batch_size),
        n_iter=int(n_iter),
        cfg_scale=cfg_scale,
        width=int(width),
        height=int(height),
        steps=int(steps),
        sampler_name="Euler a",
        enable_hr=enable_hr,
        denoising_strength=denoising_strength,
        hr_scale=hr_scale,
        hr_upscaler=hr_upscaler,
        hr_second_pass_steps=int(hr_second_pass_steps),
        hr_resize_x=int(hr_resize_x),
        hr_resize_y=int(hr_resize_y),
    )
    return generate(p, scripts.scripts_txt2img, args, request)
