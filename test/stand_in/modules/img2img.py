"""The Generate button of the second tab."""

from __future__ import annotations

from typing import Any

import gradio as gr

from modules import processing, scripts, shared
from modules.generate_button import generate
from modules.shared import opts


def img2img(
    id_task: str,
    request: gr.Request,
    prompt: str,
    negative_prompt: str,
    init_img: Any,
    n_iter: int,
    batch_size: int,
    cfg_scale: float,
    denoising_strength: float,
    selected_scale_tab: float,
    height: int,
    width: int,
    scale_by: float,
    steps: int,
    *args: Any,
) -> list[Any]:
    del id_task
    if init_img is None:
        raise ValueError("No image given")
    if selected_scale_tab == 1:
        width, height = int(init_img.width * scale_by), int(init_img.height * scale_by)
    p = processing.StableDiffusionProcessingImg2Img(
        sd_model=shared.sd_model,
        outpath_samples=opts.outdir_img2img_samples,
        outpath_grids=opts.outdir_img2img_grids,
        prompt=prompt,
        negative_prompt=negative_prompt,
        batch_size=int(batch_size),
        n_iter=int(n_iter),
        cfg_scale=cfg_scale,
        width=int(width),
        height=int(height),
        steps=int(steps),
        sampler_name="Euler a",
        init_images=[init_img],
        denoising_strength=denoising_strength,
    )
    return generate(p, scripts.scripts_img2img, args, request)
