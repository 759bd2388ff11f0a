"""The tab: an empty place that the page script fills."""

from __future__ import annotations

from typing import Any

TITLE = "Headroom"
TAB_ID = "headroom_tab_root"
CONTENT = """<div id="headroom_tab">
<p>Headroom's page script has not started. Reload the page; if this text stays, the extension's file
<code>javascript/headroom.js</code> is missing: update or reinstall the extension.</p>
</div>"""


def make_tab() -> list[tuple[Any, str, str]]:
    """For on_ui_tabs. The WebUI only renders it: blocks of its own would make gradio set up a server for them."""
    import gradio

    return [(gradio.HTML(CONTENT, render=False), TITLE, TAB_ID)]
