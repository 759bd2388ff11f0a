"""Which programs are run. Import-light: install.py is run at each start of the WebUI, which waits for it.

One rule for all that is looked for (PATH, HEADROOM_NODE, the pip package, a user's own packages): an absolute path that
nobody but root and this user can put another program in. Decided here: before anything of ours is run.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from .paths import EXTENSION_DIR, is_file


def may_run(program: Path) -> bool:
    """It is there, and so are, in trusted hands, its folders and those of what it leads to. Not asked on Windows."""
    if not program.is_absolute() or not is_file(program):
        return False
    if sys.platform == "win32":
        return True
    real = Path(os.path.realpath(program))
    if any(folder in real.parents for folder in _folders_of_our_code()):
        return True
    owners = _trusted_owners()
    try:
        return _is_closed(real.stat(), owners) and all(_are_closed(path.parents, owners) for path in (program, real))
    except OSError:
        return False


def _are_closed(folders: Iterable[Path], owners: frozenset[int]) -> bool:
    """The nearest first. In a folder as /tmp (sticky) others make files, and replace no folder of somebody else's."""
    nearest, *above = [folder.stat() for folder in folders]
    return _is_closed(nearest, owners) and all(
        status.st_uid in owners and (not status.st_mode & stat.S_IWOTH or bool(status.st_mode & stat.S_ISVTX))
        for status in above
    )


def _is_closed(status: os.stat_result, owners: frozenset[int]) -> bool:
    return status.st_uid in owners and not status.st_mode & stat.S_IWOTH


def _trusted_owners() -> frozenset[int]:
    """Root, this user, and who owns the code that runs here: within a container all of it may belong to another."""
    owners = {0, os.getuid()} if sys.platform != "win32" else {0}
    for folder in (sys.prefix, sys.base_prefix, EXTENSION_DIR):
        try:
            owners.add(Path(folder).stat().st_uid)
        except OSError:
            continue
    return frozenset(owners)


def _folders_of_our_code() -> list[Path]:
    """Who can write there runs code in this process anyway, so a drive without rights (WSL's /mnt/c) will do."""
    import site

    packages = [Path(folder) for folder in site.getsitepackages()]
    return [EXTENSION_DIR, *(folder.resolve() for folder in packages if folder.is_absolute())]
