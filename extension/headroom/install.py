"""What install.py does: makes sure, once, that a Node.js is there. Import-light, and never an error of the WebUI's start-up."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import node
from .paths import NODE_REQUIREMENTS

FAILURE_FILE = "install-failed.json"
RETRY_AFTER_S = 6 * 3600
PIP_LIMIT_S = 600
FORCE_VARIABLE = "HEADROOM_RETRY"
BY_HAND = f"Install Node.js {node.MINIMUM_TEXT} or newer from https://nodejs.org and restart the WebUI"
UNHARMED = "everything else works without it"

RunPip = Callable[[Sequence[str]], "tuple[int, str]"]
"""Arguments after `-m pip` to exit code and output."""


@dataclass(frozen=True)
class Failure:
    """`why` completes "could not be fetched by pip: ..."; `hint` is what else to do."""

    why: str
    hint: str


def run_pip(arguments: Sequence[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PIP_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, f"timed out after {PIP_LIMIT_S} s"
    except OSError as error:
        return 1, str(error)
    return done.returncode, done.stdout


def pip_arguments(index_url: str | None) -> list[str]:
    """Wheels only: the source distribution would build Node.js. Few retries: the WebUI waits. INDEX_URL is the WebUI's variable."""
    quick = ["--timeout", "15", "--retries", "1", "--no-input", "--disable-pip-version-check", "--no-color"]
    index = ["--index-url", index_url] if index_url else []
    return ["install", *quick, *index, "--only-binary=:all:", "--no-deps", "--require-hashes", "-r", str(NODE_REQUIREMENTS)]


def read_failure(output: str) -> Failure:
    """What pip's output means."""
    text = output.lower()
    if any(sign in text for sign in ("connection", "resolve", "timed out", "network", "proxy", "ssl", "max retries")):
        return Failure("the package index cannot be reached", "check the network connection")
    if "no space left" in text:
        return Failure("the disk is full", "make room")
    if "permission denied" in text or "read-only" in text or "access is denied" in text:
        return Failure("the WebUI's Python environment cannot be written", "make it writable")
    if "hashes" in text and "do not match" in text:
        return Failure("what was downloaded is not what was published", "try again later")
    if "no matching distribution" in text or "not a supported wheel" in text:
        return Failure("there is no build for this platform", "")
    last = output.strip().splitlines()[-1:] or ["pip gave no reason"]
    # An index of one's own may hold a password.
    return Failure(re.sub(r"//[^/\s@]+@", "//", last[0])[:200], "")


def wants_no_install(commandline_args: str) -> bool:
    try:
        arguments = shlex.split(commandline_args)
    except ValueError:
        arguments = commandline_args.split()
    return "--skip-install" in arguments


def data_path_of(commandline_args: str, webui_dir: Path) -> Path:
    """--data-dir, or the WebUI's own folder, in which install.py is run."""
    try:
        arguments = shlex.split(commandline_args, posix=sys.platform != "win32")
    except ValueError:
        return webui_dir
    for index, argument in enumerate(arguments):
        if argument == "--data-dir" and index + 1 < len(arguments):
            return Path(arguments[index + 1].strip("\"'"))
        if argument.startswith("--data-dir="):
            return Path(argument.partition("=")[2].strip("\"'"))
    return webui_dir


def site_packages_writable() -> bool:
    try:
        with tempfile.TemporaryFile(dir=sysconfig.get_path("purelib")):
            return True
    except OSError:
        return False


class Installer:
    """`folders` keep what was found and what failed; the first that can be written is used."""

    def __init__(
        self,
        folders: Sequence[Path],
        environ: dict[str, str],
        *,
        pip: RunPip = run_pip,
        version_of: node.ReadVersion = node.read_version,
        can_write: Callable[[], bool] = site_packages_writable,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._folders = list(folders)
        self._environ = environ
        self._pip = pip
        self._version_of = version_of
        self._can_write = can_write
        self._now_s = now_s

    def ensure(self) -> str | None:
        """One line for the person, or None where there is nothing to tell."""
        if node.find(self._folders, self._environ, self._version_of) is not None:
            return None
        if wants_no_install(self._environ.get("COMMANDLINE_ARGS", "")):
            return f"Headroom: Node.js is missing and --skip-install is set. {BY_HAND}; {UNHARMED}."
        failed_lately = self._recent_failure()
        if failed_lately is not None:
            return failed_lately
        if not self._can_write():
            return self._failed(Failure("the WebUI's Python environment cannot be written", "make it writable"))
        code, output = self._pip(pip_arguments(self._environ.get("INDEX_URL")))
        if code != 0:
            return self._failed(read_failure(output))
        importlib.invalidate_caches()
        executable = node.find(self._folders, self._environ, self._version_of)
        if executable is None:
            return self._failed(Failure("the executable that pip installed does not run here", ""))
        return f"Headroom: got Node.js by pip ({executable})."

    def _failed(self, failure: Failure) -> str:
        hint = f" or {failure.hint}" if failure.hint else ""
        line = f"Headroom: Node.js could not be fetched by pip: {failure.why}. {BY_HAND}{hint}; {UNHARMED}."
        node.write_json(self._folders, FAILURE_FILE, {"atS": self._now_s(), "line": line})
        return line

    def _recent_failure(self) -> str | None:
        """The line of a failure some hours ago, so that not every start waits for a network that is not there."""
        if self._environ.get(FORCE_VARIABLE):
            return None
        for folder in self._folders:
            entry = node.read_json(folder / FAILURE_FILE)
            at_s = entry.get("atS") if entry is not None else None
            if entry is None or not isinstance(at_s, (int, float)):
                continue
            age_s = self._now_s() - at_s
            if 0 <= age_s < RETRY_AFTER_S:
                hours = max(1, round((RETRY_AFTER_S - age_s) / 3600))
                return f"{entry.get('line')} (Next try in {hours} h, or set {FORCE_VARIABLE}=1.)"
        return None
