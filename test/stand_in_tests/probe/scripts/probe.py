"""Writes down every callback and hook with what it was given, a JSON object a line."""

import json
import threading
from pathlib import Path

from modules import paths, script_callbacks, scripts

LOG = Path(paths.data_path) / "probe.ndjson"
BASEDIR = scripts.basedir()


def note(name, **told):
    line = {"name": name, "thread": threading.current_thread().name, **told}
    with LOG.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def tabs():
    import gradio as gr

    note("ui_tabs")
    with gr.Blocks(analytics_enabled=False) as tab:
        gr.HTML("probe", elem_id="probe_tab")
    return [(tab, "Probe", "probe")]


def app_started(demo, app):
    note("app_started", demo=type(demo).__name__, app=type(app).__name__)

    async def echo(socket):
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    app.add_api_websocket_route("/probe/ws", echo)


note("import", basedir=BASEDIR)
script_callbacks.on_before_ui(lambda: note("before_ui"))
script_callbacks.on_ui_settings(lambda: note("ui_settings"))
script_callbacks.on_ui_tabs(tabs)
script_callbacks.on_app_started(app_started)
script_callbacks.on_model_loaded(lambda model: note("model_loaded", sdxl=model.is_sdxl))
script_callbacks.on_before_reload(lambda: note("before_reload"))
script_callbacks.on_script_unloaded(lambda: note("script_unloaded"))


class Probe(scripts.Script):
    def title(self):
        return "Probe"

    def show(self, is_img2img):
        return scripts.AlwaysVisible

    def setup(self, p, *args):
        note("setup")

    def before_process(self, p, *args):
        note("before_process")

    def process(self, p, *args):
        note("process", upscaleTo=[getattr(p, "hr_upscale_to_x", None), getattr(p, "hr_upscale_to_y", None)])

    def before_process_batch(self, p, *args, **kwargs):
        note("before_process_batch", given=sorted(kwargs))

    def process_batch(self, p, *args, **kwargs):
        note("process_batch", given=sorted(kwargs))

    def process_before_every_sampling(self, p, *args, **kwargs):
        note("process_before_every_sampling", given=sorted(kwargs), shape=list(kwargs["x"].shape))

    def before_hr(self, p, *args):
        note("before_hr", upscaleTo=[p.hr_upscale_to_x, p.hr_upscale_to_y], crop=[p.truncate_x, p.truncate_y])

    def post_sample(self, p, ps, *args):
        note("post_sample", decoded=getattr(ps.samples, "already_decoded", False))

    def postprocess_batch(self, p, *args, **kwargs):
        note("postprocess_batch", given=sorted(kwargs), images=len(kwargs["images"]))

    def postprocess_image(self, p, pp, *args):
        note("postprocess_image")

    def postprocess(self, p, processed, *args):
        note("postprocess")
