"""Starts the stand-in WebUI: `python test/stand_in/main.py --card 8 --data-dir DIR --extensions-dir DIR`.

Prints `listening on http://127.0.0.1:PORT` when the page is served. SIGTERM ends it as the WebUI's exit does: at once,
without telling extensions.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

# As the WebUI ends: no callback, no atexit. By the system, for Python's own handlers may wait for the main thread.
signal.signal(signal.SIGINT, signal.SIG_DFL)

HERE = Path(__file__).resolve().parent
# The stand-in's `torch`, `modules` and `launch` come before any that are installed.
sys.path[:0] = [str(HERE), str(HERE.parent)]
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("COMMANDLINE_ARGS", "")

import control  # noqa: E402
import gradio as gr  # noqa: E402
import uvicorn  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from modules import (  # noqa: E402
    call_queue,
    extensions,
    launch_utils,
    paths_internal,
    script_callbacks,
    scripts,
    sd_models,
    shared,
    timer,
    ui,
    ui_gradio_extensions,
)
from modules.api.api import Api  # noqa: E402


def _initialize() -> None:
    """At the start and after each Reload UI: extensions, their scripts, and the checkpoint on a thread of its own."""
    extensions.list_extensions()
    scripts.load_scripts()
    ui_gradio_extensions.reload_javascript()
    threading.Thread(target=lambda: shared.sd_model, name="load_model", daemon=True).start()


def _credentials() -> list[tuple[str, str]] | None:
    pairs = [pair.strip().partition(":") for pair in (shared.cmd_opts.gradio_auth or "").split(",") if pair.strip()]
    return [(user, password) for user, _, password in pairs] or None


def _add_routes(app: FastAPI) -> None:
    if shared.cmd_opts.api or shared.cmd_opts.nowebui:
        Api(app)
    control.add_routes(app)
    app.add_api_route("/internal/ping", lambda: {}, methods=["GET"])


def _serve_page(port: int) -> tuple[gr.Blocks, int]:
    """One life of the page, from building it to listening."""
    script_callbacks.before_ui_callback()
    demo = ui.create_ui()
    shared.demo = demo
    demo.queue(64)
    subpath = shared.cmd_opts.subpath.strip("/")
    app, _, _ = demo.launch(
        server_name="127.0.0.1",
        server_port=port or None,
        auth=_credentials(),
        prevent_thread_lock=True,
        quiet=True,
        show_api=False,
        allowed_paths=[paths_internal.script_path, paths_internal.data_path, paths_internal.extensions_dir],
        root_path=f"/{subpath}" if subpath else "",
        app_kwargs={"docs_url": "/docs", "redoc_url": "/redoc"},
    )
    app.user_middleware = [entry for entry in app.user_middleware if entry.cls.__name__ != "CORSMiddleware"]
    app.middleware_stack = app.build_middleware_stack()
    _add_routes(app)
    script_callbacks.app_started_callback(demo, app)
    return demo, demo.server_port


def _serve_api(port: int) -> None:
    """Without a page there is no `demo`, and the app is a plain FastAPI."""
    app = FastAPI()
    _add_routes(app)
    script_callbacks.before_ui_callback()
    script_callbacks.app_started_callback(None, app)
    _ToldServer(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")).run()


class _ToldServer(uvicorn.Server):
    """Says so when it listens, not before."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"listening on http://127.0.0.1:{self.config.port}", flush=True)


def _first_port() -> int:
    """Gradio looks for a free port only from 7860 on; 0 shall be any."""
    if shared.cmd_opts.port:
        return int(shared.cmd_opts.port)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    if shared.cmd_opts.loglevel:
        logging.basicConfig(level=shared.cmd_opts.loglevel.upper())
    Path(paths_internal.data_path).mkdir(parents=True, exist_ok=True)
    shared.opts.load(shared.config_filename)
    if shared.opts.sd_model_checkpoint is None:
        usual = f"simulated-{shared.cmd_opts.model}.safetensors"
        shared.opts.data["sd_model_checkpoint"] = shared.cmd_opts.checkpoint_name or usual
    change = call_queue.wrap_queued_call(lambda: sd_models.reload_model_weights())
    shared.opts.onchange("sd_model_checkpoint", change, call=False)
    attention = call_queue.wrap_queued_call(lambda: shared.sd_model.choose_attention())
    shared.opts.onchange("cross_attention_optimization", attention, call=False)
    launch_utils.run_extensions_installers()
    timer.startup_timer.record("extensions' installers")
    _initialize()
    port = _first_port()
    if shared.cmd_opts.nowebui:
        _serve_api(port)
        return
    while True:
        demo, port = _serve_page(port)
        timer.startup_timer.record("page")
        print(f"Startup time: {timer.startup_timer.summary()}", flush=True)
        print(f"listening on http://127.0.0.1:{port}", flush=True)
        command = None
        while command not in ("stop", "restart"):
            command = shared.state.wait_for_server_command(timeout=5)
        demo.close()
        if command == "stop":
            return
        time.sleep(0.5)
        script_callbacks.app_reload_callback()
        script_callbacks.script_unloaded_callback()
        timer.startup_timer.reset()
        _initialize()


if __name__ == "__main__":
    main()
