"""Where things lie. Import-light: install.py is run at each start of the WebUI, which waits for it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

EXTENSION_DIR = Path(__file__).resolve().parents[2]
SIDECAR_BUNDLE = EXTENSION_DIR / "dist" / "headroom.mjs"
NODE_REQUIREMENTS = EXTENSION_DIR / "extension" / "node-requirements.txt"


class DataDir(NamedTuple):
    """`notice` says in words why `path` is only temporary; None where it is the proper place."""

    path: Path
    notice: str | None


def is_writable(folder: Path) -> bool:
    """Makes the folder where it is missing. Asks by writing: access bits say little on Windows and on network drives."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def choose_data_dir(data_path: Path) -> DataDir:
    """`<data_path>/headroom`, or a temporary folder where that cannot be written."""
    wanted = data_path / "headroom"
    if is_writable(wanted):
        return DataDir(wanted, None)
    import tempfile

    temporary = Path(tempfile.mkdtemp(prefix="headroom-"))
    return DataDir(
        temporary,
        f"{wanted} cannot be written: what is measured is kept in {temporary} and may be gone after a restart. "
        "Make the folder writable and restart the WebUI.",
    )


def cache_dirs(data_path: Path | None) -> list[Path]:
    """Places for the small cache files of `node`, best first; git ignores `.cache` and an update leaves it alone."""
    places = [EXTENSION_DIR / ".cache"]
    if data_path is not None:
        places.append(data_path / "headroom")
    return places
