"""The WebUI as the shim sees it. Every look-up is tolerant: forks lack this or that, and a missing name is None."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

STOP_FLAGS = ("interrupted", "stopping_generation", "skipped")


class Webui:
    """Modules are looked up on each use, never kept: Reload UI and forks replace them. All are None where missing."""

    def module(self, name: str) -> Any:
        try:
            return importlib.import_module(f"modules.{name}")
        except ImportError:
            return None

    def own_module(self, name: str) -> Any:
        """One that is loaded out of the WebUI's own folder; another's of that name does not count."""
        found = sys.modules.get(name)
        package = sys.modules.get("modules")
        places = list(getattr(package, "__path__", None) or [])
        if found is None or not places:
            return None
        expected = Path(places[0]).absolute().parent.joinpath(*name.split("."))
        folders = [Path(place).absolute() for place in getattr(found, "__path__", None) or []]
        file = getattr(found, "__file__", None)
        here = expected in folders or (file is not None and Path(file).absolute().with_suffix("") == expected)
        return found if here else None

    @property
    def shared(self) -> Any:
        return self.module("shared")

    @property
    def opts(self) -> Any:
        return getattr(self.shared, "opts", None)

    @property
    def state(self) -> Any:
        return getattr(self.shared, "state", None)

    @property
    def devices(self) -> Any:
        return self.module("devices")

    @property
    def device(self) -> Any:
        """torch's device for the UNet; None before it is chosen."""
        return getattr(self.devices, "device", None)

    @property
    def torch(self) -> Any:
        try:
            return importlib.import_module("torch")
        except ImportError:
            return None

    @property
    def queue_lock(self) -> Any:
        return getattr(self.module("call_queue"), "queue_lock", None)

    def root(self, name: str) -> Any:
        """Where a fact is looked for; any other name is a module of the WebUI's."""
        if name in ("opts", "model", "torch"):
            return {"opts": self.opts, "model": self.loaded_model, "torch": self.torch}[name]
        return self.flags if name == "flags" else self.module(name.removeprefix("modules."))

    @property
    def loaded_model(self) -> Any:
        """The checkpoint in memory, or None; never loads one, as reading `shared.sd_model` would."""
        data = getattr(self.module("sd_models"), "model_data", None)
        owner = data if hasattr(data, "sd_model") else self.shared
        model = getattr(owner, "sd_model", None)
        # Forge keeps this one in its place until the first generation.
        return None if type(model).__name__ == "FakeInitialModel" else model

    @property
    def loaded_checkpoint(self) -> str | None:
        """Another text after each load, also of other weights into the same networks. Names no file."""
        model = self.loaded_model
        if model is None:
            return None
        info = getattr(model, "sd_checkpoint_info", None)
        vae = getattr(self.module("sd_vae"), "loaded_vae_file", None)
        return format(abs(hash((id(model), str(getattr(info, "filename", None)), str(vae)))), "x")

    @property
    def data_path(self) -> Path:
        """Where user data belongs: --data-dir, or the WebUI's own folder."""
        return Path(getattr(self.module("paths_internal"), "data_path", None) or Path.cwd())

    @property
    def flags(self) -> Any:
        """The command line's."""
        return getattr(self.shared, "cmd_opts", None)

    def flag(self, name: str, default: Any = None) -> Any:
        return getattr(self.flags, name, default)

    @property
    def stop_flags(self) -> list[str]:
        """Which of those that stop a generation are up."""
        return [flag for flag in STOP_FLAGS if getattr(self.state, flag, False)]

    @property
    def is_generating(self) -> bool:
        """Whether a job is in hand: `begin` sets a job count, `end` clears both."""
        state = self.state
        return bool(getattr(state, "job", "")) or getattr(state, "job_count", 0) != 0

    @property
    def has_generated(self) -> bool:
        """Whether this process has had a job: `begin` notes when. It outlives Reload UI, and a sidecar."""
        return getattr(self.state, "job_timestamp", "0") not in ("0", "", None)
