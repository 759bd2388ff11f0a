"""What the two generation tabs have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from modules import infotext_utils, shared
from modules.ui_components import ToolButton, slider


@dataclass
class TopRow:
    prompt: gr.Textbox
    negative_prompt: gr.Textbox
    submit: gr.Button
    paste: gr.Button


@dataclass
class Batch:
    count: gr.Slider
    size: gr.Slider


def top_row(tab: str) -> TopRow:
    with gr.Row(elem_id=f"{tab}_toprow", variant="compact"):
        with gr.Column(elem_id=f"{tab}_prompt_container", scale=6):
            prompt = gr.Textbox(label="Prompt", elem_id=f"{tab}_prompt", show_label=False, lines=3)
            negative = gr.Textbox(label="Negative prompt", elem_id=f"{tab}_neg_prompt", show_label=False, lines=3)
        with gr.Column(scale=1, elem_id=f"{tab}_actions_column"):
            with gr.Row(elem_id=f"{tab}_generate_box", elem_classes=["generate-box"]):
                interrupt = gr.Button("Interrupt", elem_id=f"{tab}_interrupt", elem_classes="generate-box-interrupt")
                skip = gr.Button("Skip", elem_id=f"{tab}_skip", elem_classes="generate-box-skip")
                interrupting = gr.Button("Interrupting...", elem_id=f"{tab}_interrupting")
                submit = gr.Button("Generate", elem_id=f"{tab}_generate", variant="primary")
            with gr.Row(elem_id=f"{tab}_tools"):
                # The WebUI, too, gives both tabs' buttons the same id.
                paste = ToolButton("↙", elem_id="paste")
    interrupt.click(fn=lambda: shared.state.interrupt(), queue=False)
    interrupting.click(fn=lambda: shared.state.interrupt(), queue=False)
    skip.click(fn=lambda: shared.state.skip(), queue=False)
    return TopRow(prompt, negative, submit, paste)


def steps_slider(tab: str) -> gr.Slider:
    with gr.Group(elem_id=f"sampler_selection_{tab}"):
        return slider("Sampling steps", f"{tab}_steps", 1, 150, 1, 20)


def size_sliders(tab: str) -> tuple[gr.Slider, gr.Slider]:
    width = slider("Width", f"{tab}_width", 64, 2048, 8, 512)
    height = slider("Height", f"{tab}_height", 64, 2048, 8, 512)
    return width, height


def switch_button(tab: str) -> None:
    with gr.Column(elem_id=f"{tab}_dimensions_row", scale=1, elem_classes="dimensions-tools"):
        button = ToolButton("⇅", elem_id=f"{tab}_res_switch_btn")
    button.click(fn=None, _js=f"function(){{ return switchWidthHeight('{tab}') }}", inputs=None, outputs=None)


def batch_sliders(tab: str) -> Batch:
    with gr.Column(elem_id=f"{tab}_column_batch"):
        count = slider("Batch count", f"{tab}_batch_count", 1, 100, 1, 1)
        size = slider("Batch size", f"{tab}_batch_size", 1, 8, 1, 1)
    return Batch(count, size)


def output_panel(tab: str) -> list[Any]:
    with gr.Column(variant="panel", elem_id=f"{tab}_results"):
        gallery = gr.Gallery(label="Output", show_label=False, elem_id=f"{tab}_gallery", columns=4)
        info = gr.Textbox(visible=False, elem_id=f"generation_info_{tab}")
        return [gallery, info, gr.HTML(elem_id=f"html_info_{tab}"), gr.HTML(elem_id=f"html_log_{tab}")]


def connect_paste(button: gr.Button, prompt: gr.Textbox, fields: list[tuple[Any, str]]) -> None:
    """Sets components from text. The page sees no input event: the values come from the server."""

    def paste(text: str) -> list[Any]:
        found = infotext_utils.parse_generation_parameters(infotext_utils.text_to_paste(text))
        return [_update(component, found.get(key)) for component, key in fields]

    button.click(fn=paste, inputs=[prompt], outputs=[component for component, _ in fields], show_progress=False)


def _update(component: Any, text: str | None) -> Any:
    if text is None:
        # Hires fix is off where the text says nothing of it; everything else stays as it is.
        return gr.update(value=False) if isinstance(component, gr.Checkbox) else gr.update()
    if isinstance(component, gr.Checkbox):
        return gr.update(value=True)
    return gr.update(value=float(text) if isinstance(component, gr.Slider) else text)
