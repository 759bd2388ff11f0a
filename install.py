"""Run by the WebUI at each start, in a process of its own: makes sure that a Node.js for the sidecar is there."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "extension"))

from headroom.process import node
from headroom.process.paths import cache_dirs


def main() -> None:
    environ = dict(os.environ)
    # The usual case, kept short.
    if node.cached(cache_dirs(None), environ) is not None:
        return
    from headroom.process.install import Installer, data_path_of

    data_path = data_path_of(environ.get("COMMANDLINE_ARGS", ""), Path.cwd())
    line = Installer(cache_dirs(data_path), environ).ensure()
    if line is not None:
        print(line)


if __name__ == "__main__":
    main()
