"""The WebUI's settings: a dictionary with defaults, saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modules import errors
from modules.shared_cmd_options import cmd_opts


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


BUILTIN_FIELDS = {"data_labels", "data"}


class Options:
    """Settings read and set as attributes; an unknown one is an AttributeError. What the WebUI lets nobody change is
    refused as there: by an AssertionError where it is frozen, by a RuntimeError where it is hidden.
    """

    def __init__(self, data_labels: dict[str, OptionInfo]) -> None:
        object.__setattr__(self, "data_labels", data_labels)
        object.__setattr__(self, "data", {key: info.default for key, info in data_labels.items()})

    def __getattr__(self, name: str) -> Any:
        data: dict[str, Any] = object.__getattribute__(self, "data")
        labels: dict[str, OptionInfo] = object.__getattribute__(self, "data_labels")
        if name in data:
            return data[name]
        if name in labels:
            return labels[name].default
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in BUILTIN_FIELDS or (name not in self.data and name not in self.data_labels):
            object.__setattr__(self, name, value)
            return
        assert not cmd_opts.freeze_settings, "changing settings is disabled"
        info = self.data_labels[name]
        arguments = info.component_args
        if isinstance(arguments, dict) and arguments.get("visible", True) is False:
            raise RuntimeError(f"not possible to set '{name}' because it is restricted")
        assert name not in _listed(cmd_opts.freeze_specific_settings), f"{name} is frozen"
        assert info.section[0] not in _listed(cmd_opts.freeze_settings_in_sections), f"{name} is frozen"
        self.data[name] = value

    def add_option(self, key: str, info: OptionInfo) -> None:
        self.data_labels[key] = info
        self.data.setdefault(key, info.default)

    def get_default(self, key: str) -> Any:
        info = self.data_labels.get(key)
        return None if info is None else info.default

    def set(self, key: str, value: Any, is_api: bool = False, run_callbacks: bool = True) -> bool:
        """Whether it changed; an unknown one is a KeyError. `is_api` is the WebUI's parameter; nothing is restricted
        here.
        """
        del is_api
        before = self.data.get(key)
        if before == value:
            return False
        info = self.data_labels[key]
        try:
            setattr(self, key, value)
        except RuntimeError:
            return False
        if run_callbacks and info.onchange is not None:
            try:
                info.onchange()
            except Exception as error:  # noqa: BLE001  as the WebUI does
                errors.display(error, f"changing setting {key} to {value}")
                setattr(self, key, before)
                return False
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
        assert not cmd_opts.freeze_settings, "saving settings is disabled"
        Path(filename).write_text(json.dumps(self.data, indent=4), encoding="utf-8")

    def dumpjson(self) -> str:
        return json.dumps({key: self.data.get(key, info.default) for key, info in self.data_labels.items()})


def _listed(names: str | None) -> list[str]:
    return [name.strip() for name in (names or "").split(",")]
