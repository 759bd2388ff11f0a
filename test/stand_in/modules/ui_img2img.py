"""The second tab."""

from __future__ import annotations

import gradio as gr

from modules import img2img, scripts
from modules.call_queue import wrap_gradio_gpu_call
from modules.ui_components import slider
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
    scripts.scripts_current = scripts.scripts_img2img
    scripts.scripts_img2img.initialize_scripts(is_img2img=True)
    with gr.Blocks(analytics_enabled=False) as interface:
        row = top_row("img2img")
        task = gr.Label(visible=False)
        tabs = gr.Tabs(elem_id="img2img_extra_tabs", elem_classes=["extra-networks"])
        with tabs, gr.Tab("Generation", id="img2img_generation"), gr.Row(equal_height=False):
            with gr.Column(variant="compact", elem_id="img2img_settings"):
                with gr.Tabs(elem_id="mode_img2img"):
                    with gr.TabItem("img2img", id="img2img", elem_id="img2img_img2img_tab"):
                        image = _image("img2img_image")
                    with gr.TabItem("Sketch", id="img2img_sketch", elem_id="img2img_img2img_sketch_tab"):
                        _image("img2img_sketch")
                steps = steps_slider("img2img")
                with gr.Row():
                    # The WebUI has this id twice, one inside the other.
                    with gr.Column(elem_id="img2img_column_size", scale=4):
                        scale_tab = gr.Number(value=0, visible=False)
                        with gr.Tabs(elem_id="img2img_tabs_resize"):
                            with gr.Tab("Resize to", id="to", elem_id="img2img_tab_resize_to") as tab_to, gr.Row():
                                with gr.Column(elem_id="img2img_column_size", scale=4):
                                    width, height = size_sliders("img2img")
                                switch_button("img2img")
                            with gr.Tab("Resize by", id="by", elem_id="img2img_tab_resize_by") as tab_by:
                                scale_by = slider("Scale", "img2img_scale", 0.05, 4, 0.05, 1)
                        tab_to.select(fn=lambda: 0, inputs=[], outputs=[scale_tab])
                        tab_by.select(fn=lambda: 1, inputs=[], outputs=[scale_tab])
                    batch = batch_sliders("img2img")
                cfg_scale = slider("CFG Scale", "img2img_cfg_scale", 1, 30, 0.5, 7)
                denoising = slider("Denoising strength", "img2img_denoising_strength", 0, 1, 0.01, 0.75)
                with gr.Group(elem_id="img2img_script_container"):
                    custom = scripts.scripts_img2img.setup_ui()[1:]
            outputs = output_panel("img2img")
        sizes = [scale_tab, height, width, scale_by, steps]
        prompts = [row.prompt, row.negative_prompt]
        row.submit.click(
            fn=wrap_gradio_gpu_call(img2img.img2img, extra_outputs=[None, "", ""]),
            _js="function(...args){ return submitTask('img2img', args) }",
            inputs=[task, *prompts, image, batch.count, batch.size, cfg_scale, denoising, *sizes, *custom],
            outputs=outputs,
            show_progress=False,
        ).then(fn=None, _js="function(){ showSubmitButtons('img2img', true) }", inputs=None, outputs=None)
        connect_paste(row.paste, row.prompt, [(width, "Size-1"), (height, "Size-2"), (steps, "Steps")])
    return interface


def _image(elem_id: str) -> gr.Image:
    return gr.Image(
        label="Image for img2img",
        elem_id=elem_id,
        show_label=False,
        source="upload",
        interactive=True,
        type="pil",
        tool="editor",
        image_mode="RGBA",
        height=320,
    )
