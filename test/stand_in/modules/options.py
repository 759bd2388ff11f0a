"""The WebUI's settings: a dictionary with defaults, saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class OptionInfo:
    def __init__(
        self,
        default: Any = None,
        label: str = "",
        component: Any = None,
        component_args: Any = None,
        onchange: Callable[[], None] | None = None,
        section: tuple[str, str] | None = None,
        **_more: Any,
    ) -> None:
        self.default = default
        self.label = label
        self.component = component
        self.component_args = component_args
        self.onchange = onchange
        self.section = section or ("other", "Other")

    def info(self, _text: str) -> OptionInfo:
        return self

    def needs_reload_ui(self) -> OptionInfo:
        return self


class Options:
    """Settings read and set as attributes; an unknown one is an AttributeError."""

    def __init__(self, data_labels: dict[str, OptionInfo]) -> None:
        object.__setattr__(self, "data_labels", data_labels)
        object.__setattr__(self, "data", {})

    def __getattr__(self, name: str) -> Any:
        data: dict[str, Any] = object.__getattribute__(self, "data")
        labels: dict[str, OptionInfo] = object.__getattribute__(self, "data_labels")
        if name in data:
            return data[name]
        if name in labels:
            return labels[name].default
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.data or name in self.data_labels:
            self.data[name] = value
        else:
            object.__setattr__(self, name, value)

    def add_option(self, key: str, info: OptionInfo) -> None:
        self.data_labels[key] = info

    def get_default(self, key: str) -> Any:
        info = self.data_labels.get(key)
        return None if info is None else info.default

    def set(self, key: str, value: Any, is_api: bool = False, run_callbacks: bool = True) -> bool:
        """Whether it changed. `is_api` is the WebUI's parameter; nothing is restricted here."""
        del is_api
        if getattr(self, key, None) == value:
            return False
        setattr(self, key, value)
        info = self.data_labels.get(key)
        if run_callbacks and info is not None and info.onchange is not None:
            info.onchange()
        return True

    def onchange(self, key: str, func: Callable[[], None], call: bool = True) -> None:
        self.data_labels[key].onchange = func
        if call:
            func()

    def load(self, filename: str) -> None:
        path = Path(filename)
        if path.is_file():
            self.data.update(json.loads(path.read_text(encoding="utf-8")))

    def save(self, filename: str) -> None:
        Path(filename).write_text(json.dumps(self.data, indent=4), encoding="utf-8")

    def dumpjson(self) -> str:
        return json.dumps({key: self.data.get(key, info.default) for key, info in self.data_labels.items()})
