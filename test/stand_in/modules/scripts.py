"""Scripts of extensions, and the hooks that they get during a generation."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from modules import errors, extensions, paths, script_callbacks, script_loading

AlwaysVisible = object()


@dataclass
class PostSampleArgs:
    samples: Any


@dataclass
class PostprocessImageArgs:
    image: Any


@dataclass
class PostprocessBatchListArgs:
    images: list[Any]


@dataclass
class OnComponent:
    component: Any


class Script:
    """Base class of extensions' scripts; every hook may be left out."""

    name: str | None = None
    section: str | None = None
    filename: str | None = None
    args_from: int = 0
    args_to: int = 0
    alwayson = False
    is_txt2img = False
    is_img2img = False
    tabname = "txt2img"
    group: Any = None
    create_group = True
    infotext_fields: Any = None
    controls: Any = None
    setup_for_ui_only = False
    on_before_component_elem_id: list[tuple[str, Callable[..., Any]]] | None = None
    on_after_component_elem_id: list[tuple[str, Callable[..., Any]]] | None = None

    def title(self) -> str:
        raise NotImplementedError

    def ui(self, is_img2img: bool) -> Any:
        """Components whose values become the hooks' arguments."""

    def show(self, is_img2img: bool) -> Any:
        del is_img2img
        return True

    def run(self, p: Any, *args: Any) -> Any:
        """For scripts that a person selects."""

    def setup(self, p: Any, *args: Any) -> None: ...

    def before_process(self, p: Any, *args: Any) -> None: ...

    def process(self, p: Any, *args: Any) -> None: ...

    def before_process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def process_before_every_sampling(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def before_hr(self, p: Any, *args: Any) -> None: ...

    def post_sample(self, p: Any, ps: PostSampleArgs, *args: Any) -> None: ...

    def postprocess_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def postprocess_batch_list(self, p: Any, pp: PostprocessBatchListArgs, *args: Any, **kwargs: Any) -> None: ...

    def postprocess_image(self, p: Any, pp: PostprocessImageArgs, *args: Any) -> None: ...

    def postprocess_image_after_composite(self, p: Any, pp: PostprocessImageArgs, *args: Any) -> None: ...

    def postprocess(self, p: Any, processed: Any, *args: Any) -> None: ...

    def before_component(self, component: Any, **kwargs: Any) -> None: ...

    def after_component(self, component: Any, **kwargs: Any) -> None: ...

    def elem_id(self, item_id: str) -> str:
        return f"script_{self.tabname}_{self.title().lower().replace(' ', '_')}_{item_id}"


class ScriptFile(NamedTuple):
    basedir: str
    filename: str
    path: str


class ScriptClassData(NamedTuple):
    script_class: type[Script]
    path: str
    basedir: str
    module: ModuleType


scripts_data: list[ScriptClassData] = []
current_basedir = paths.script_path


def basedir() -> str:
    """The extension's folder, while its script is being imported; the WebUI's afterwards."""
    return current_basedir


def list_scripts(scriptdirname: str, extension: str) -> list[ScriptFile]:
    return [
        ScriptFile(ext.path, path.name, str(path))
        for ext in extensions.active()
        for path in ext.list_files(scriptdirname, extension)
    ]


def list_files_with_name(filename: str) -> list[str]:
    folders = [paths.script_path, *(ext.path for ext in extensions.active())]
    return [str(Path(folder) / filename) for folder in folders if (Path(folder) / filename).is_file()]


def load_scripts() -> None:
    """Runs every extension's scripts, with the extension's folder on sys.path meanwhile."""
    global current_basedir, scripts_txt2img, scripts_img2img
    scripts_data.clear()
    script_callbacks.clear_callbacks()
    for file in list_scripts("scripts", ".py"):
        search_path = sys.path
        try:
            sys.path = [file.basedir, *search_path]
            current_basedir = file.basedir
            module = script_loading.load_module(file.path)
            for value in vars(module).values():
                if inspect.isclass(value) and issubclass(value, Script) and value is not Script:
                    scripts_data.append(ScriptClassData(value, file.path, file.basedir, module))
        except Exception:  # noqa: BLE001 - a script that does not load is reported and the WebUI goes on
            errors.report(f"Error loading script: {file.filename}", exc_info=True)
        finally:
            sys.path = search_path
            current_basedir = paths.script_path
    scripts_txt2img = ScriptRunner()
    scripts_img2img = ScriptRunner()


class ScriptRunner:
    """The scripts of one tab."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.selectable_scripts: list[Script] = []
        self.alwayson_scripts: list[Script] = []
        # The first input is the drop-down list of selectable scripts.
        self.inputs: list[Any] = [None]

    def initialize_scripts(self, is_img2img: bool) -> None:
        self.scripts.clear()
        self.alwayson_scripts.clear()
        self.selectable_scripts.clear()
        for data in scripts_data:
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
        try:
            getattr(script, method)(*args, **kwargs)
        except Exception:  # noqa: BLE001 - a script's mistake is reported and the generation goes on
            errors.report(f"Error running {method}: {script.filename}", exc_info=True)


scripts_txt2img = ScriptRunner()
scripts_img2img = ScriptRunner()
scripts_current: ScriptRunner | None = None
