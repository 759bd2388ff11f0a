"""What the Generate buttons of both tabs do once their settings are read."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import gradio as gr

from modules import processing
from modules.processing_base import StableDiffusionProcessing
from modules.script_runner import ScriptRunner


def generate(
    p: StableDiffusionProcessing, runner: ScriptRunner, args: tuple[Any, ...], request: gr.Request
) -> list[Any]:
    """`args`: the values of the scripts' own controls. Returns pictures, settings as JSON, and two texts in HTML."""
    p.scripts = runner
    p.script_args = (0, *args)
    p.user = request.username if request else None
    with closing(p):
        processed = runner.run(p, *p.script_args) or processing.process_images(p)
    return [processed.images, processed.js(), f"<p>{processed.info}</p>", f"<p>{processed.comments}</p>"]
