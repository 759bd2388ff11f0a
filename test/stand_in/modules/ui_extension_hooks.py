"""Tells extensions of each component as it is made."""

from __future__ import annotations

import functools
from typing import Any

import gradio as gr

from modules import script_callbacks, scripts


def install() -> None:
    """Once per process: Gradio's own constructor is wrapped."""
    original = gr.components.IOComponent.__init__
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        current = scripts.scripts_current
        script_callbacks.before_component_callback(self, **kwargs)
        if current is not None:
            current.before_component(self, **kwargs)
        original(self, *args, **kwargs)
        script_callbacks.after_component_callback(self, **kwargs)
        if current is not None:
            current.after_component(self, **kwargs)

    gr.components.IOComponent.__init__ = wrapped
