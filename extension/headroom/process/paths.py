"""Where things lie. Import-light: install.py is run at each start of the WebUI, which waits for it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple

EXTENSION_DIR = Path(__file__).resolve().parents[3]
SIDECAR_BUNDLE = EXTENSION_DIR / "dist" / "headroom.mjs"
FOLDER = "headroom"
NODE_REQUIREMENTS = EXTENSION_DIR / "extension" / "node-requirements.txt"


class DataDir(NamedTuple):
    """`notice` says in words why `path` is not what was wanted; None where it is."""

    path: Path
    notice: str | None


def make_private(folder: Path) -> None:
    """What is measured, and when, is nobody else's on this machine. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def is_file(path: Path) -> bool:
    """False also in a folder that this user may not look into, as root's own; before Python 3.14 Path.is_file fails
    there.
    """
    try:
        return path.is_file()
    except OSError:
        return False


def is_writable(folder: Path) -> bool:
    """Makes the folder where it is missing. Asks by writing: access bits say little on Windows and on network
    drives.
    """
    import tempfile

    try:
        make_private(folder)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def choose_data_dir(data_path: Path) -> DataDir:
    """`<data_path>/headroom`, or a temporary folder, the same at each start, where that cannot be written.

    Where none can be made either (a full disk, a read-only system), the proper place: the sidecar then works in memory.
    """
    wanted = data_path / FOLDER
    if is_writable(wanted):
        return DataDir(wanted, None)
    try:
        temporary = _temporary_dir(wanted)
    except OSError:
        return DataDir(
            wanted,
            f"{wanted} cannot be written, nor can a temporary folder be made. "
            "Make room or make the folder writable, and restart the WebUI.",
        )
    return DataDir(
        temporary,
        f"{wanted} cannot be written: what is measured is kept in {temporary}, which the system may clear. "
        "Make the folder writable and restart the WebUI.",
    )


def _temporary_dir(wanted: Path) -> Path:
    """One for each user and each `wanted`. The system's temporary folder is everybody's: what another made is not
    used.
    """
    import hashlib
    import tempfile

    user = os.getuid() if sys.platform != "win32" else "user"
    name = f"headroom-{user}-{hashlib.sha256(os.fsencode(wanted.absolute())).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir()) / name
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if _is_ours_alone(folder) and is_writable(folder):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="headroom-"))


def _is_ours_alone(folder: Path) -> bool:
    """A real folder, no link to one, of this user, closed to all others. On Windows the temporary folder is the user's
    own.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return sys.platform == "win32" or (found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) & 0o077 == 0)


def cache_dirs(data_path: Path | None) -> list[Path]:
    """Places for the small cache files of `node`, best first; git ignores `.cache` and an update leaves it alone."""
    places = [EXTENSION_DIR / ".cache"]
    if data_path is not None:
        places.append(data_path / FOLDER)
    return places
