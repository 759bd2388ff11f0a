"""The extensions folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from modules import shared
from modules.paths_internal import extensions_dir


@dataclass
class Extension:
    name: str
    path: str
    enabled: bool = True
    is_builtin: bool = False

    @property
    def canonical_name(self) -> str:
        return self.name

    def list_files(self, subdir: str, extension: str) -> list[Path]:
        """Direct children only, as the WebUI: a deeper file does not load."""
        folder = Path(self.path) / subdir
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        return [path for path in found if path.suffix.lower() == extension and path.is_file()]


extensions: list[Extension] = []


def list_extensions() -> None:
    extensions.clear()
    folder = Path(extensions_dir)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir():
            enabled = path.name not in shared.opts.disabled_extensions
            extensions.append(Extension(path.name, str(path), enabled))


def active() -> list[Extension]:
    return [extension for extension in extensions if extension.enabled]


def find_extension(filename: str) -> Extension | None:
    parents = [str(path) for path in Path(filename).parents]
    return next((extension for extension in extensions if extension.path in parents), None)
