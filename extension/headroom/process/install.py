"""Makes sure, once, that a Node.js is there. Import-light, and never an error of the WebUI's start-up."""

from __future__ import annotations

import shlex
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import node
from . import package_installer as packages
from .package_installer import DOES_NOT_RUN, INSTALLED_ELSEWHERE, OF_THE_SYSTEM, READ_ONLY, Failure

FAILURE_FILE = "install-failed.json"
RETRY_AFTER_S = 6 * 3600
FORCE_VARIABLE = "HEADROOM_RETRY"
UV = "uv.exe" if sys.platform == "win32" else "uv"
BY_HAND = f"Install Node.js {node.MINIMUM_TEXT} or newer from https://nodejs.org and restart the WebUI"
UNHARMED = "everything else works without it"


def wants_no_install(commandline_args: str) -> bool:
    return "--skip-install" in _split(commandline_args)


def data_path_of(commandline_args: str, webui_dir: Path) -> Path:
    """--data-dir, or the WebUI's own folder, in which install.py is run."""
    arguments = iter(_split(commandline_args))
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if name == "--data-dir":
            named = value if equals else next(arguments, "")
            return Path(named.strip("\"'")) if named else webui_dir
    return webui_dir


def _split(commandline_args: str) -> list[str]:
    try:
        return shlex.split(commandline_args, posix=sys.platform != "win32")
    except ValueError:
        return commandline_args.split()


def why_not_writable() -> Failure | None:
    """None where the WebUI's Python takes packages."""
    try:
        with tempfile.TemporaryFile(dir=sysconfig.get_path("purelib")):
            return None
    except OSError:
        of_the_system = (
            sys.prefix == sys.base_prefix and (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").exists()
        )
        return OF_THE_SYSTEM if of_the_system else READ_ONLY


@dataclass(frozen=True)
class Installer:
    """`folders` keep what was found and what failed; the first that can be written is used."""

    folders: list[Path]
    environ: dict[str, str]
    run: packages.Run = packages.run
    version_of: node.ReadVersion = node.read_version
    why_not_writable: Callable[[], Failure | None] = why_not_writable
    now_s: Callable[[], float] = time.time

    def ensure(self) -> str | None:
        """One line for the person, or None where there is nothing to tell."""
        if node.find(self.folders, self.environ, self.version_of) is not None:
            return None
        if wants_no_install(self.environ.get("COMMANDLINE_ARGS", "")):
            return f"Headroom: Node.js is missing and --skip-install is set. {BY_HAND}; {UNHARMED}."
        failed_lately = self._recent_failure()
        if failed_lately is not None:
            return failed_lately
        unwritable = self.why_not_writable()
        if unwritable is not None:
            return self._failed(unwritable)
        uv = next(node.on_path(self.environ.get("PATH", ""), UV), None)
        code, output = packages.install(self.run, uv, self.environ.get("INDEX_URL"))
        if code != 0:
            return self._failed(packages.read_failure(output, built_for_this=packages.has_build()))
        executable = node.find(self.folders, self.environ, self.version_of)
        if executable is None:
            return self._failed(INSTALLED_ELSEWHERE if node.in_wheel() is None else DOES_NOT_RUN)
        return f"Headroom: got Node.js ({executable})."

    def _failed(self, failure: Failure) -> str:
        hint = f" or {failure.hint}" if failure.hint else ""
        line = f"Headroom: Node.js could not be fetched: {failure.why}. {BY_HAND}{hint}; {UNHARMED}."
        node.write_json(self.folders, FAILURE_FILE, {"atS": self.now_s(), "line": line})
        return line

    def _recent_failure(self) -> str | None:
        """The line of a failure some hours ago, so that not every start waits for a network that is not there."""
        if self.environ.get(FORCE_VARIABLE):
            return None
        for folder in self.folders:
            entry = node.read_json(folder / FAILURE_FILE)
            at_s = entry.get("atS") if entry is not None else None
            if entry is None or not isinstance(at_s, (int, float)):
                continue
            age_s = self.now_s() - at_s
            if 0 <= age_s < RETRY_AFTER_S:
                hours = max(1, round((RETRY_AFTER_S - age_s) / 3600))
                return f"{entry.get('line')} (Next try in {hours} h, or set {FORCE_VARIABLE}=1.)"
        return None
