"""ControlNet as far as memory goes: the network of a unit goes to the card when sampling first wants it and stays
there, in a cache of models; what it hands to the UNet lives while that works. Own code; its controls, its ways and what
it refuses are those of Mikubill/sd-webui-controlnet 1.1.455.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, ClassVar

import gradio as gr
from modules import devices, scripts
from modules.simulation import simulation
from simulated_card.allocator import MIB, Block

UNITS = 2
# A model of version 1.1 for SD 1, in 16 bits.
WEIGHTS_MIB = 689
_PIECE_MIB = 13
_MODELS_KEPT = 2
# What the encoder's twelve blocks and the middle hand on for each latent pixel, in channels.
_CHANNELS = 320 * 3 + (320 + 640 * 2) / 4 + (640 + 1280 * 2) / 16 + 1280 * 4 / 64
_BYTES = 2


class Unit:
    def __init__(self, enabled: bool = False, model: str = "None", has_image: bool = False) -> None:
        self.enabled = enabled
        self.model = model
        self.has_image = has_image


class Script(scripts.Script):
    # Of the process, as the cache of the real one: by name, the least lately loaded first.
    models: ClassVar[OrderedDict[str, list[Block]]] = OrderedDict()

    def __init__(self) -> None:
        super().__init__()
        self._restore: Callable[[], None] | None = None

    def title(self) -> str:
        return "ControlNet"

    def show(self, is_img2img: bool) -> Any:
        del is_img2img
        return scripts.AlwaysVisible

    def ui(self, is_img2img: bool) -> Any:
        tab = ("img2img" if is_img2img else "txt2img") + "_controlnet"
        states = []
        with gr.Group(elem_id=tab), gr.Accordion("ControlNet v1.1.455", open=False, elem_id="controlnet"):
            with gr.Tabs(elem_id=f"{tab}_tabs"):
                for index in range(UNITS):
                    with gr.Tab(f"ControlNet Unit {index}", elem_classes=["cnet-unit-tab"]):
                        states.append(_unit_controls(f"{tab}_ControlNet-{index}_controlnet"))
            with gr.Accordion("Batch Options", open=False, elem_id="controlnet_batch_options"):
                gr.Radio(["All images"], label="Batch Option")
        return tuple(states)

    def process(self, p: Any, *args: Any) -> None:
        self._undo()
        units = [unit for unit in map(_unit_of, args) if unit.enabled]
        for unit in units:
            if not unit.has_image:
                raise ValueError("controlnet is enabled but no input image is given")
            if unit.model == "None":
                raise RuntimeError("You have not selected any ControlNet Model.")
        if units:
            self._hook(p.sd_model.phases, [unit.model for unit in units])

    def postprocess(self, p: Any, processed: Any, *args: Any) -> None:
        del p, processed, args
        self._undo()

    def _hook(self, phases: Any, names: list[str]) -> None:
        """In the place of the UNet's forward, so that what it cannot have fails the generation."""
        original = phases.sampling_step

        def sampling_step(x: Any, width: int, height: int, batched_cond: bool = True) -> Any:
            for name in names:
                self._to_the_card(name)
            count = x.count * (2 if batched_cond else 1)
            each = int(_CHANNELS * _BYTES * count * (width // 8) * (height // 8))
            handed_on = [simulation.allocator.allocate(each) for _ in names]
            try:
                return original(x, width, height, batched_cond)
            finally:
                for block in handed_on:
                    simulation.allocator.release(block)

        phases.sampling_step = sampling_step
        self._restore = lambda: setattr(phases, "sampling_step", original)

    def _undo(self) -> None:
        if self._restore is not None:
            self._restore()
            self._restore = None

    def _to_the_card(self, name: str) -> None:
        if name in self.models:
            return
        while len(self.models) >= _MODELS_KEPT:
            for block in self.models.popitem(last=False)[1]:
                simulation.allocator.release(block)
            devices.torch_gc()
        blocks: list[Block] = []
        self.models[name] = blocks
        for _ in range(WEIGHTS_MIB // _PIECE_MIB):
            blocks.append(simulation.allocator.allocate(_PIECE_MIB * MIB))


def _unit_controls(prefix: str) -> gr.State:
    state = gr.State(Unit())
    enabled = gr.Checkbox(label="Enable", elem_id=f"{prefix}_enable_checkbox", elem_classes=["cnet-unit-enabled"])
    gr.Checkbox(label="Low VRAM", elem_id=f"{prefix}_low_vram_checkbox")
    gr.Checkbox(label="Pixel Perfect", elem_id=f"{prefix}_pixel_perfect_checkbox")
    enabled.change(fn=lambda on: Unit(enabled=on), inputs=[enabled], outputs=[state])
    return state


def _unit_of(value: Any) -> Unit:
    """The page hands over units, the API dictionaries, and nothing where a call names no script."""
    if isinstance(value, dict):
        return Unit(value.get("enabled") is True, value.get("model", "None"), value.get("image") is not None)
    return value if isinstance(value, Unit) else Unit()
