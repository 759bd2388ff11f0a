"""The whole page: the checkpoint list on top, the tabs, the extensions' tabs among them."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from modules import script_callbacks, scripts, sd_models, shared, ui_extension_hooks, ui_img2img, ui_txt2img
from modules.options import OptionInfo
from modules.shared import opts


def create_ui() -> gr.Blocks:
    ui_extension_hooks.install()
    script_callbacks.ui_settings_callback()
    txt2img_interface = ui_txt2img.create()
    img2img_interface = ui_img2img.create()
    scripts.scripts_current = None
    settings_interface, settings_json = _settings()
    interfaces = [(txt2img_interface, "txt2img", "txt2img"), (img2img_interface, "img2img", "img2img")]
    interfaces += script_callbacks.ui_tabs_callback()
    interfaces += [(settings_interface, "Settings", "settings")]
    shared.tab_names = [label for _, label, _ in interfaces]
    with gr.Blocks(theme=_theme(), analytics_enabled=False, title="Stand-in WebUI (simulated)") as demo:
        with gr.Row(elem_id="quicksettings", variant="compact"):
            checkpoint = gr.Dropdown(
                label="Stable Diffusion checkpoint",
                elem_id="setting_sd_model_checkpoint",
                choices=sd_models.checkpoint_tiles(),
                value=lambda: opts.sd_model_checkpoint,
                interactive=True,
            )
        with gr.Tabs(elem_id="tabs"):
            for interface, label, ifid in interfaces:
                with gr.TabItem(label, id=ifid, elem_id=f"tab_{ifid}"):
                    interface.render()
        gr.HTML("A stand-in for AUTOMATIC1111 WebUI 1.10.1. Card and pictures are simulated.", elem_id="footer")
        checkpoint.change(fn=_change_checkpoint, inputs=[checkpoint], outputs=[checkpoint, settings_json])
    return demo


def _theme() -> gr.themes.Default:
    """Without fonts from elsewhere: the page must not wait for a network."""
    return gr.themes.Default(font=["ui-sans-serif", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def _change_checkpoint(title: str) -> list[Any]:
    if title:
        opts.set("sd_model_checkpoint", title)
        opts.save(shared.config_filename)
    return [gr.update(value=opts.sd_model_checkpoint), opts.dumpjson()]


def _settings() -> tuple[gr.Blocks, gr.Textbox]:
    with gr.Blocks(analytics_enabled=False) as interface:
        reload_button = gr.Button("Reload UI", variant="primary", elem_id="settings_restart_gradio")
        submit = gr.Button("Apply settings", variant="primary", elem_id="settings_submit")
        result = gr.HTML(elem_id="settings_result")
        gr.Dropdown(
            label="Localization",
            elem_id="setting_localization",
            choices=sorted({"None", opts.localization}),
            value=opts.localization,
        )
        shown = {key: _setting(key, info) for key, info in opts.data_labels.items() if info.component is not None}
        settings_json = gr.Textbox(elem_id="settings_json", value=lambda: opts.dumpjson(), visible=False)
        apply = partial(_apply, tuple(shown))
        submit.click(fn=apply, inputs=[*shown.values()], outputs=[settings_json, result])
        reload_button.click(fn=lambda: shared.state.request_restart(), _js="restart_reload", inputs=[], outputs=[])
    return interface, settings_json


def _apply(names: tuple[str, ...], *values: Any) -> tuple[str, str]:
    changed = [name for name, value in zip(names, values, strict=True) if opts.set(name, value)]
    opts.save(shared.config_filename)
    return opts.dumpjson(), f"{len(changed)} settings changed: {', '.join(changed)}."


def _setting(key: str, info: OptionInfo) -> Any:
    """As the page was made; other pages, and the API, do not change it."""
    arguments = info.component_args() if callable(info.component_args) else info.component_args or {}
    return info.component(label=info.label, value=lambda: getattr(opts, key), elem_id=f"setting_{key}", **arguments)
