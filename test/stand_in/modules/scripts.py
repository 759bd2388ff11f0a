"""Where extensions look for all that belongs to scripts; and the loading of theirs."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from modules import errors, extensions, paths, script_callbacks, script_loading
from modules.script_base import (
    AlwaysVisible,
    OnComponent,
    PostprocessBatchListArgs,
    PostprocessImageArgs,
    PostSampleArgs,
    Script,
)
from modules.script_runner import ScriptRunner

__all__ = [
    "AlwaysVisible",
    "OnComponent",
    "PostSampleArgs",
    "PostprocessBatchListArgs",
    "PostprocessImageArgs",
    "Script",
    "ScriptRunner",
]


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


scripts_txt2img = ScriptRunner()
scripts_img2img = ScriptRunner()
scripts_current: ScriptRunner | None = None
