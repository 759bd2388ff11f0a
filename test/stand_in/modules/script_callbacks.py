"""Callbacks that an extension registers. One that fails is reported, and the others run."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modules import errors

Function = Callable[..., Any]
_CATEGORIES = (
    "app_started",
    "model_loaded",
    "ui_tabs",
    "ui_train_tabs",
    "ui_settings",
    "before_image_saved",
    "image_saved",
    "before_component",
    "after_component",
    "infotext_pasted",
    "script_unloaded",
    "before_ui",
    "on_reload",
    "cfg_denoiser",
    "cfg_denoised",
)


@dataclass
class ScriptCallback:
    script: str
    callback: Function


callback_map: dict[str, list[ScriptCallback]] = {f"callbacks_{category}": [] for category in _CATEGORIES}


def _add(category: str, callback: Function) -> None:
    frame = next((entry for entry in inspect.stack() if entry.filename != __file__), None)
    script = frame.filename if frame is not None else "unknown file"
    callback_map[f"callbacks_{category}"].append(ScriptCallback(script, callback))


def _call(category: str, *args: Any, backwards: bool = False, **kwargs: Any) -> list[Any]:
    entries = callback_map[f"callbacks_{category}"]
    results = []
    for entry in reversed(entries) if backwards else list(entries):
        try:
            results.append(entry.callback(*args, **kwargs))
        except Exception:  # noqa: BLE001 - an extension's mistake is reported and the WebUI goes on
            errors.report(f"Error executing callback {category} for {entry.script}", exc_info=True)
    return results


def clear_callbacks() -> None:
    for entries in callback_map.values():
        entries.clear()


def remove_callbacks_for_function(callback_func: Function) -> None:
    for entries in callback_map.values():
        entries[:] = [entry for entry in entries if entry.callback != callback_func]


def app_started_callback(demo: Any, app: Any) -> None:
    _call("app_started", demo, app)


def app_reload_callback() -> None:
    _call("on_reload")


def model_loaded_callback(sd_model: Any) -> None:
    _call("model_loaded", sd_model)


def ui_tabs_callback() -> list[Any]:
    return [tab for tabs in _call("ui_tabs") for tab in tabs or []]


def ui_settings_callback() -> None:
    _call("ui_settings")


def before_component_callback(component: Any, **kwargs: Any) -> None:
    _call("before_component", component, **kwargs)


def after_component_callback(component: Any, **kwargs: Any) -> None:
    _call("after_component", component, **kwargs)


def image_saved_callback(params: Any) -> None:
    _call("image_saved", params)


def script_unloaded_callback() -> None:
    _call("script_unloaded", backwards=True)


def before_ui_callback() -> None:
    _call("before_ui", backwards=True)


def on_app_started(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("app_started", callback)


def on_before_reload(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("on_reload", callback)


def on_model_loaded(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("model_loaded", callback)


def on_ui_tabs(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("ui_tabs", callback)


def on_ui_settings(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("ui_settings", callback)


def on_image_saved(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("image_saved", callback)


def on_before_component(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("before_component", callback)


def on_after_component(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("after_component", callback)


def on_script_unloaded(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("script_unloaded", callback)


def on_before_ui(callback: Function, *, name: str | None = None) -> None:
    del name
    _add("before_ui", callback)
