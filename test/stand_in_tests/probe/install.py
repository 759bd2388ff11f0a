import json
import os
import sys
from pathlib import Path

import launch

told = {
    "module": Path(launch.__file__).name,
    "skipInstall": launch.args.skip_install,
    "hasGradio": launch.is_installed("gradio"),
    "hasNonsense": launch.is_installed("no_such_package"),
    "flags": os.environ["COMMANDLINE_ARGS"],
    "executable": sys.executable,
}
(Path(__file__).parent / "installed.json").write_text(json.dumps(told), encoding="utf-8")
