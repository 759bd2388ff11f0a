"""Headroom's option among the WebUI's settings."""

from __future__ import annotations

from .. import words
from .a1111 import Webui

RESCUE = "headroom_rescue"


def add_options(webui: Webui) -> None:
    """For on_ui_settings. Not where there is nothing to wrap: an option without effect would promise too much."""
    info = getattr(webui.module("options"), "OptionInfo", None) or getattr(webui.shared, "OptionInfo", None)
    add = getattr(webui.opts, "add_option", None)
    if info is None or add is None or not hasattr(webui.module("processing"), "decode_first_stage"):
        return
    add(RESCUE, info(False, words.RESCUE_OPTION, section=("headroom", "Headroom")))


def rescues(webui: Webui) -> bool:
    return getattr(webui.opts, RESCUE, False) is True
