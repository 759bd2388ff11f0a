"""The WebUI as plain facts: what of it is asked for by name, as it stands. What they mean is service/hosts/."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from ..wire.messages import GENERATION_FACTS, PROGRAM_MARKS, WEBUI_FACTS, Report, ReportedDevice
from .a1111 import Webui
from .device import describe_device

TEXT_LIMIT = 300
UPSCALER_LIMIT = 300
Facts = dict[str, "str | None"]

_MISSING = object()
# What is written out; of anything else (pictures, tensors) only what kind of thing it is.
_PLAIN = (bool, int, float, str, list, tuple, dict, set)


def text(value: object) -> str:
    return str(value)[:TEXT_LIMIT]


def _look_up(found: Any, path: str) -> Any:
    """`a.b` of an object; `a#` is the length of its `a`."""
    for attribute in path.removesuffix("#").split(".") if path else ():
        found = _MISSING if found is None else getattr(found, attribute, _MISSING)
        if found is _MISSING:
            return found
    return len(found or ()) if path.endswith("#") else found


def _facts_of(looked_up: Iterable[tuple[str, Any]]) -> Facts:
    facts: Facts = {}
    for name, value in looked_up:
        if value is None:
            facts[name] = None
        elif value is not _MISSING:
            plain = isinstance(value, _PLAIN) or type(value).__name__ == "dtype"
            facts[name] = text(value) if plain else f"<{type(value).__name__}>"
    return facts


def facts_of_webui(webui: Webui) -> Facts:
    """Names are `ROOT:PATH`, where the root is one of `Webui.root`'s."""

    def value(name: str) -> Any:
        root, _, path = name.partition(":")
        return os.environ.get(path) or _MISSING if root == "environ" else _look_up(webui.root(root), path)

    return _facts_of((name, value(name)) for name in WEBUI_FACTS)


def facts_of_generation(p: Any) -> Facts:
    return _facts_of((name, _look_up(p, name)) for name in GENERATION_FACTS)


def program_of(webui: Webui) -> list[str]:
    """Which marks are there; with None behind the colon too, for much is None before a checkpoint is loaded."""
    return [mark for mark in PROGRAM_MARKS if _is_there(webui, *mark.partition(":"))]


def _is_there(webui: Webui, module: str, colon: str, path: str) -> bool:
    found = _look_up(webui.own_module(module), path)
    return found is not _MISSING and (found is not None or colon != "")


class Reporter:
    """Describes the WebUI as it stands. Device and version are asked for once: they cannot change while it runs."""

    def __init__(self, webui: Webui) -> None:
        self._webui = webui

    @cached_property
    def _device(self) -> ReportedDevice:
        return describe_device(self._webui.torch, self._webui.device)

    @cached_property
    def _version(self) -> str | None:
        """The WebUI may ask git."""
        try:
            return text(importlib.import_module("launch").git_tag())
        except (ImportError, AttributeError, OSError):
            return None

    def read(self) -> Report | None:
        """None before the WebUI has chosen its device."""
        webui = self._webui
        shared = webui.shared
        if webui.torch is None or webui.device is None or shared is None:
            return None
        image = [getattr(upscaler, "name", None) for upscaler in getattr(shared, "sd_upscalers", None) or []]
        return {
            "program": program_of(webui),
            "facts": facts_of_webui(webui),
            "webuiVersion": self._version,
            "device": self._device,
            "latentUpscalers": _names(getattr(shared, "latent_upscale_modes", None) or ()),
            "imageUpscalers": _names(image),
        }


def _names(names: Iterable[object]) -> list[str]:
    return [name[:200] for name in names if isinstance(name, str)][:UPSCALER_LIMIT]
