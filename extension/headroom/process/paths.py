"""Where things lie. Import-light: install.py is run at each start of the WebUI, which waits for it."""

from __future__ import annotations

from pathlib import Path

EXTENSION_DIR = Path(__file__).resolve().parents[3]
SIDECAR_BUNDLE = EXTENSION_DIR / "dist" / "headroom.mjs"
FOLDER = "headroom"
NODE_REQUIREMENTS = EXTENSION_DIR / "extension" / "node-requirements.txt"


def make_private(folder: Path) -> None:
    """What is measured, and when, is nobody else's on this machine. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def is_file(path: Path) -> bool:
    """False also in a folder that this user may not look into, where Path.is_file fails before Python 3.14."""
    try:
        return path.is_file()
    except OSError:
        return False


def cache_dirs(data_path: Path | None) -> list[Path]:
    """Places for the small cache files of `node`, best first; git ignores `.cache` and an update leaves it alone."""
    places = [EXTENSION_DIR / ".cache"]
    if data_path is not None:
        places.append(data_path / FOLDER)
    return places
