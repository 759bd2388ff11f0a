"""What the program around us is made of: plain facts, by which service/hosts/ tells which WebUI it is."""

from __future__ import annotations

from typing import Any

from .a1111 import Webui

# Modules of the WebUI's own folder, and behind a colon what one of them has.
MARKS = (
    "backend",
    "installer",
    "ldm_patched",
    "modules.launch_utils",
    "modules.lowvram",
    "modules.sd_hijack:model_hijack.optimization_method",
    "modules.sd_models:model_data.sd_model",
    "modules.sd_offload",
    "modules_forge",
)


def program_of(webui: Webui) -> list[str]:
    """Those of `MARKS` that are there."""
    return [mark for mark in MARKS if _is_there(webui, mark)]


def _is_there(webui: Webui, mark: str) -> bool:
    name, _, attributes = mark.partition(":")
    found: Any = webui.own_module(name)
    for attribute in attributes.split(".") if attributes else ():
        # Present with None is there too: before a checkpoint is loaded much is None.
        if not hasattr(found, attribute):
            return False
        found = getattr(found, attribute)
    return found is not None or bool(attributes)
