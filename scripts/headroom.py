"""The WebUI's entry: registers callbacks and the script that watches generations. All else is in extension/headroom."""

import sys
from pathlib import Path

from modules import script_callbacks, scripts

# Taken off again at once: the package then finds its own parts, and nobody else's imports are touched.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "extension"))
try:
    from headroom import app
    from headroom.webui import tab
finally:
    sys.path.pop(0)


class HeadroomScript(scripts.Script):
    """Always there, without controls; reports a person's own generations."""

    create_group = False

    def title(self):
        return "Headroom"

    def show(self, is_img2img):
        return scripts.AlwaysVisible

    def process(self, p, *args):
        app.current().rescue.begin(p)
        app.current().ordinary.process(p)

    def before_process_batch(self, p, *args, **kwargs):
        app.current().ordinary.before_process_batch(p)

    def process_before_every_sampling(self, p, *args, **kwargs):
        app.current().ordinary.process_before_every_sampling(p, kwargs.get("c"), kwargs.get("uc"))

    def post_sample(self, p, ps, *args):
        app.current().ordinary.post_sample(p)

    def postprocess_batch(self, p, *args, **kwargs):
        app.current().ordinary.postprocess_batch(p)

    def postprocess(self, p, processed, *args):
        app.current().ordinary.postprocess(p)
        app.current().rescue.end(p)


script_callbacks.on_ui_tabs(tab.make_tab)
script_callbacks.on_ui_settings(lambda: app.current().add_options())
script_callbacks.on_app_started(lambda demo, webui_app: app.current().on_app_started(demo, webui_app))
script_callbacks.on_script_unloaded(app.unload)
