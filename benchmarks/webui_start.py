"""What the extension does on the WebUI's main thread at a start: install.py, loading its script, its tab, its route.

Run by webui-start.ts as `webui_start.py EXTENSIONS_DIR DATA_DIR`; prints one JSON object of milliseconds. Everything
that the WebUI itself imports is imported before the clock starts.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
extensions_dir, data_dir = sys.argv[1:3]
sys.path[:0] = [str(ROOT / "test" / "stand_in"), str(ROOT / "test")]
sys.argv = ["webui_start", "--extensions-dir", extensions_dir, "--data-dir", data_dir, "--card", "8"]
os.environ["COMMANDLINE_ARGS"] = ""

import gradio as gr  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from modules import extensions, launch_utils, script_callbacks, scripts  # noqa: E402


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return round((time.perf_counter() - started) * 1000, 2)


def build_tabs() -> None:
    script_callbacks.ui_tabs_callback()


def ask_for_tabs() -> float:
    # The WebUI's own page is there before extensions are asked: the first one loads the theme.
    with gr.Blocks():
        return milliseconds(build_tabs)


# The WebUI's built-in extensions register callbacks first: who does so first pays for inspect.stack()'s cache of all
# modules.
script_callbacks.on_before_ui(lambda: None)
extensions.list_extensions()
figures = {
    "installMs": milliseconds(launch_utils.run_extensions_installers),
    "scriptMs": milliseconds(scripts.load_scripts),
    "tabMs": ask_for_tabs(),
    "routeMs": milliseconds(lambda: script_callbacks.app_started_callback(None, FastAPI())),
}
print(json.dumps(figures), flush=True)
# As the WebUI ends: no callback, no atexit.
os._exit(0)
