"""The tab: an empty place that the page script fills."""

from __future__ import annotations

from typing import Any

from .. import words

TITLE = "Headroom"
TAB_ID = "headroom_tab_root"
CONTENT = f'<div id="headroom_tab"><p>{words.NO_PAGE_SCRIPT}</p></div>'


def make_tab() -> list[tuple[Any, str, str]]:
    """For on_ui_tabs. The WebUI only renders it: blocks of its own would make gradio set up a server for them."""
    import gradio

    return [(gradio.HTML(CONTENT, render=False), TITLE, TAB_ID)]
