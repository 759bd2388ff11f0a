"""Where things lie. `--data-dir` moves what belongs to the person."""

import argparse
import os
import shlex
import sys
from pathlib import Path

# Child processes (an extension's install.py) see the flags only through this variable.
sys.argv += shlex.split(os.environ.get("COMMANDLINE_ARGS", ""))

modules_path = str(Path(__file__).resolve().parent)
script_path = str(Path(modules_path).parent)

_parser = argparse.ArgumentParser(add_help=False)
_parser.add_argument("--data-dir", default=script_path)
_parser.add_argument("--extensions-dir", default=None)
_known, _ = _parser.parse_known_args()

data_path = str(Path(_known.data_dir).absolute())
models_path = str(Path(data_path) / "models")
extensions_dir = str(Path(_known.extensions_dir or Path(data_path) / "extensions").absolute())
extensions_builtin_dir = str(Path(script_path) / "extensions-builtin")
default_output_dir = str(Path(data_path) / "outputs")
