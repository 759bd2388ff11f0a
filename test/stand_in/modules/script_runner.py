"""Calls the hooks of one tab's scripts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from modules import errors
from modules.script_base import (
    AlwaysVisible,
    OnComponent,
    PostprocessBatchListArgs,
    PostprocessImageArgs,
    PostSampleArgs,
    Script,
)


class ScriptRunner:
    """The scripts of one tab."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.selectable_scripts: list[Script] = []
        self.alwayson_scripts: list[Script] = []
        # The first input is the drop-down list of selectable scripts.
        self.inputs: list[Any] = [None]
        # Time that generations have waited for scripts, all in all.
        self.spent_s = 0.0

    def initialize_scripts(self, is_img2img: bool) -> None:
        from modules import scripts  # which needs this class

        self.scripts.clear()
        self.alwayson_scripts.clear()
        self.selectable_scripts.clear()
        for data in scripts.scripts_data:
            script = data.script_class()
            script.filename = data.path
            script.is_txt2img = not is_img2img
            script.is_img2img = is_img2img
            script.tabname = "img2img" if is_img2img else "txt2img"
            visibility = script.show(is_img2img)
            if visibility is AlwaysVisible:
                script.alwayson = True
                self.scripts.append(script)
                self.alwayson_scripts.append(script)
            elif visibility:
                self.scripts.append(script)
                self.selectable_scripts.append(script)

    def setup_ui(self) -> list[Any]:
        """Builds each script's controls and gives every one its slice of the arguments."""
        self.inputs = [None]
        for script in self.scripts:
            controls = script.ui(script.is_img2img)
            listed = list(controls) if isinstance(controls, (list, tuple)) else [controls] if controls else []
            script.controls = listed
            script.args_from = len(self.inputs)
            self.inputs += listed
            script.args_to = len(self.inputs)
            script.name = (script.title() or "").lower()
        return self.inputs

    def run(self, p: Any, *args: Any) -> Any:
        """What a selected script makes, or None where none is selected."""
        if not args or not args[0]:
            return None
        script = self.selectable_scripts[args[0] - 1]
        return script.run(p, *args[script.args_from : script.args_to])

    def setup_scrips(self, p: Any, *, is_ui: bool = True) -> None:
        for script, args in self._in_turn("setup", p):
            if is_ui or not script.setup_for_ui_only:
                self._call(script, "setup", p, *args)

    def before_process(self, p: Any) -> None:
        self._call_all("before_process", p)

    def process(self, p: Any) -> None:
        self._call_all("process", p)

    def before_process_batch(self, p: Any, **kwargs: Any) -> None:
        self._call_all("before_process_batch", p, **kwargs)

    def process_batch(self, p: Any, **kwargs: Any) -> None:
        self._call_all("process_batch", p, **kwargs)

    def process_before_every_sampling(self, p: Any, **kwargs: Any) -> None:
        self._call_all("process_before_every_sampling", p, **kwargs)

    def before_hr(self, p: Any) -> None:
        self._call_all("before_hr", p)

    def post_sample(self, p: Any, ps: PostSampleArgs) -> None:
        self._call_all("post_sample", p, ps)

    def postprocess_batch(self, p: Any, images: Any, **kwargs: Any) -> None:
        self._call_all("postprocess_batch", p, images=images, **kwargs)

    def postprocess_batch_list(self, p: Any, pp: PostprocessBatchListArgs, **kwargs: Any) -> None:
        self._call_all("postprocess_batch_list", p, pp, **kwargs)

    def postprocess_image(self, p: Any, pp: PostprocessImageArgs) -> None:
        self._call_all("postprocess_image", p, pp)

    def postprocess_image_after_composite(self, p: Any, pp: PostprocessImageArgs) -> None:
        self._call_all("postprocess_image_after_composite", p, pp)

    def postprocess(self, p: Any, processed: Any) -> None:
        self._call_all("postprocess", p, processed)

    def before_component(self, component: Any, **kwargs: Any) -> None:
        for script in self.scripts:
            self._call(script, "before_component", component, **kwargs)

    def after_component(self, component: Any, **kwargs: Any) -> None:
        for script in self.scripts:
            for elem_id, callback in script.on_after_component_elem_id or []:
                if elem_id == kwargs.get("elem_id"):
                    callback(OnComponent(component))
            self._call(script, "after_component", component, **kwargs)

    def script(self, title: str) -> Script | None:
        return next((script for script in self.scripts if script.title().lower() == title.lower()), None)

    def _in_turn(self, method: str, p: Any) -> Iterator[tuple[Script, Any]]:
        for script in list(self.alwayson_scripts):
            if getattr(type(script), method) is not getattr(Script, method):
                yield script, p.script_args[script.args_from : script.args_to]

    def _call_all(self, method: str, p: Any, *values: Any, **kwargs: Any) -> None:
        for script, args in self._in_turn(method, p):
            self._call(script, method, p, *values, *args, **kwargs)

    def _call(self, script: Script, method: str, *args: Any, **kwargs: Any) -> None:
        begun_s = time.monotonic()
        try:
            getattr(script, method)(*args, **kwargs)
        except Exception:  # noqa: BLE001 - a script's mistake is reported and the generation goes on
            errors.report(f"Error running {method}: {script.filename}", exc_info=True)
        finally:
            self.spent_s += time.monotonic() - begun_s
