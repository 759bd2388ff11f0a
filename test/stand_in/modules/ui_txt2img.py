"""The first tab."""

from __future__ import annotations

import gradio as gr

from modules import scripts, shared, txt2img
from modules.call_queue import wrap_gradio_gpu_call
from modules.ui_components import InputAccordion, slider
from modules.ui_tab import (
    batch_sliders,
    connect_paste,
    output_panel,
    size_sliders,
    steps_slider,
    switch_button,
    top_row,
)


def create() -> gr.Blocks:
    scripts.scripts_current = scripts.scripts_txt2img
    scripts.scripts_txt2img.initialize_scripts(is_img2img=False)
    upscalers = [*shared.latent_upscale_modes, *(upscaler.name for upscaler in shared.sd_upscalers)]
    with gr.Blocks(analytics_enabled=False) as interface:
        row = top_row("txt2img")
        task = gr.Label(visible=False)
        tabs = gr.Tabs(elem_id="txt2img_extra_tabs", elem_classes=["extra-networks"])
        with tabs, gr.Tab("Generation", id="txt2img_generation"), gr.Row(equal_height=False):
            with gr.Column(variant="compact", elem_id="txt2img_settings"):
                steps = steps_slider("txt2img")
                accordions = gr.Row(elem_id="txt2img_accordions", elem_classes="accordions")
                with accordions, InputAccordion(False, "txt2img_hr", "Hires. fix") as enable_hr:
                    with gr.Row(elem_id="txt2img_hires_fix_row1", variant="compact"):
                        default = shared.latent_upscale_default_mode
                        hr_upscaler = gr.Dropdown(
                            label="Upscaler", elem_id="txt2img_hr_upscaler", choices=upscalers, value=default
                        )
                        hr_steps = slider("Hires steps", "txt2img_hires_steps", 0, 150, 1, 0)
                        denoising = slider("Denoising strength", "txt2img_denoising_strength", 0, 1, 0.01, 0.7)
                    with gr.Row(elem_id="txt2img_hires_fix_row2", variant="compact"):
                        hr_scale = slider("Upscale by", "txt2img_hr_scale", 1, 4, 0.05, 2)
                        hr_resize_x = slider("Resize width to", "txt2img_hr_resize_x", 0, 2048, 8, 0)
                        hr_resize_y = slider("Resize height to", "txt2img_hr_resize_y", 0, 2048, 8, 0)
                with gr.Row():
                    with gr.Column(elem_id="txt2img_column_size", scale=4):
                        width, height = size_sliders("txt2img")
                    switch_button("txt2img")
                    batch = batch_sliders("txt2img")
                cfg_scale = slider("CFG Scale", "txt2img_cfg_scale", 1, 30, 0.5, 7)
                with gr.Group(elem_id="txt2img_script_container"):
                    custom = scripts.scripts_txt2img.setup_ui()[1:]
            outputs = output_panel("txt2img")
        hires = [enable_hr, denoising, hr_scale, hr_upscaler, hr_steps, hr_resize_x, hr_resize_y]
        prompts = [row.prompt, row.negative_prompt]
        row.submit.click(
            fn=wrap_gradio_gpu_call(txt2img.txt2img, extra_outputs=[None, "", ""]),
            _js="function(...args){ return submitTask('txt2img', args) }",
            inputs=[task, *prompts, batch.count, batch.size, cfg_scale, height, width, steps, *hires, *custom],
            outputs=outputs,
            show_progress=False,
        ).then(fn=None, _js="function(){ showSubmitButtons('txt2img', true) }", inputs=None, outputs=None)
        fields = [
            (width, "Size-1"),
            (height, "Size-2"),
            (steps, "Steps"),
            (cfg_scale, "CFG scale"),
            (enable_hr, "Hires upscaler"),
            (hr_upscaler, "Hires upscaler"),
            (hr_scale, "Hires upscale"),
            (hr_steps, "Hires steps"),
            (hr_resize_x, "Hires resize-1"),
            (hr_resize_y, "Hires resize-2"),
        ]
        connect_paste(row.paste, row.prompt, fields)
    return interface
