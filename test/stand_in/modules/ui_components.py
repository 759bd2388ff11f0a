"""Gradio components with the WebUI's twists."""

from __future__ import annotations

from typing import Any

import gradio as gr


class InputAccordion(gr.Checkbox):
    """An accordion that is also a value: a hidden checkbox, kept in step with it by the page's script."""

    def __init__(self, value: bool, elem_id: str, label: str) -> None:
        super().__init__(value, label=label, elem_id=f"{elem_id}-checkbox", visible=False)
        self.change(fn=None, _js=f"function(on){{ inputAccordionChecked('{elem_id}', on) }}", inputs=[self])
        self.accordion = gr.Accordion(label=label, open=value, elem_id=elem_id, elem_classes=["input-accordion"])

    def __enter__(self) -> InputAccordion:
        self.accordion.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.accordion.__exit__(*exception)

    def get_block_name(self) -> str:
        return "checkbox"


class ToolButton(gr.Button):
    """A small button with one sign on it."""

    def __init__(self, value: str, elem_id: str) -> None:
        super().__init__(value, elem_id=elem_id, elem_classes=["tool"])

    def get_block_name(self) -> str:
        return "button"


def slider(label: str, elem_id: str, low: float, high: float, step: float, value: float) -> gr.Slider:
    return gr.Slider(minimum=low, maximum=high, step=step, value=value, label=label, elem_id=elem_id)
