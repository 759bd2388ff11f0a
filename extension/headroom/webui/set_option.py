"""One of the WebUI's options, set as its settings page sets it: by its own rules, with what it does after a change."""

from __future__ import annotations

import threading
from typing import Any

from ..log import get_logger
from ..wire.messages import SETTABLE_OPTIONS
from .a1111 import Webui

logger = get_logger(__name__)

Result = dict[str, Any]

# One change at a time: each may take a thread for as long as a checkpoint takes to load.
_changing = threading.Lock()


def set_option(webui: Webui, name: object, value: object, expected: object) -> Result:
    """Waits for what the WebUI does after the change, which may load a checkpoint: not for a thread of events.

    `expected`: only where that is what stands there; None: whatever does.
    """
    if not _changing.acquire(blocking=False):
        return _no("busy")
    try:
        return _set(webui, name, value, expected)
    except Exception:  # noqa: BLE001  what a fork's options raise is not known
        logger.warning("Headroom: the option %s could not be set", name, exc_info=True)
        return _no("failed")
    finally:
        _changing.release()


def _set(webui: Webui, name: object, value: object, expected: object) -> Result:
    opts = webui.opts
    info = getattr(opts, "data_labels", {}).get(name) if isinstance(name, str) and name in SETTABLE_OPTIONS else None
    if info is None:
        return _no("unknown")
    if webui.is_generating:
        # A generation may have options of its own in force, and puts back what was there before it.
        return _no("busy")
    was = getattr(opts, str(name), None)
    if not isinstance(was, (str, int, float)):
        return _no("unknown")
    if expected is not None and was != expected:
        return _no("changed")
    if _is_hidden(info):
        return _no("refused")
    if type(value) is not type(was) or not _is_choice(info, value):
        return _no("no-choice")
    try:
        changed = was == value or opts.set(name, value)
    except AssertionError:
        # Frozen by --freeze-settings and its like.
        return _no("refused")
    if not changed:
        return _no("failed")
    _save(webui)
    return {"ok": True, "was": was}


def _no(reason: str) -> Result:
    return {"ok": False, "reason": reason}


def _is_hidden(info: Any) -> bool:
    """Not on the settings page."""
    return _arguments(info).get("visible", True) is False or (getattr(info, "section", None) or ("",))[0] is None


def _is_choice(info: Any, value: object) -> bool:
    choices = _arguments(info).get("choices")
    return choices is None or value in [one[-1] if isinstance(one, (tuple, list)) else one for one in choices]


def _arguments(info: Any) -> dict[str, Any]:
    given = getattr(info, "component_args", None)
    return (given() if callable(given) else given) or {}


def _save(webui: Webui) -> None:
    """In force it is, saved or not."""
    try:
        webui.opts.save(webui.shared.config_filename)
    except Exception:  # noqa: BLE001  as above
        logger.warning("Headroom: the WebUI's options could not be saved", exc_info=True)
