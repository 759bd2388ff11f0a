"""What `install.py` of an extension finds under the name `launch`, and the running of those scripts."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from modules import errors
from modules.paths_internal import extensions_dir, script_path
from modules.shared_cmd_options import cmd_opts

args = cmd_opts
python = sys.executable


def git_tag() -> str:
    return str(cmd_opts.webui_version)


def commit_hash() -> str:
    return "0000000000000000000000000000000000000000"


def is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def run(
    command: str, desc: str | None = None, errdesc: str | None = None, custom_env: dict[str, str] | None = None
) -> str:
    """A shell command's output. Raises RuntimeError with all that it said if it fails."""
    if desc is not None:
        print(desc)
    done = subprocess.run(
        command, shell=True, env=custom_env or os.environ, capture_output=True, text=True, errors="ignore", check=False
    )
    if done.returncode != 0:
        told = f"{errdesc or 'Error running command'}.\nCommand: {command}\nError code: {done.returncode}"
        raise RuntimeError(f"{told}\nstdout: {done.stdout}\nstderr: {done.stderr}")
    return done.stdout


def run_pip(command: str, desc: str | None = None) -> str | None:
    if args.skip_install:
        return None
    return run(f'"{python}" -m pip {command} --prefer-binary', f"Installing {desc}", f"Couldn't install {desc}")


def run_extensions_installers() -> None:
    """Each extension's install.py, one after the other, in a process with the WebUI's folder on PYTHONPATH."""
    folder = Path(extensions_dir)
    if args.skip_prepare_environment or args.skip_install or not folder.is_dir():
        return
    for extension in sorted(folder.iterdir()):
        installer = extension / "install.py"
        if not installer.is_file():
            continue
        environment = {**os.environ, "PYTHONPATH": f"{script_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
        try:
            said = run(f'"{python}" "{installer}"', errdesc=f"Error running {installer}", custom_env=environment)
            if said.strip():
                print(said.strip(), flush=True)
        except RuntimeError as error:
            errors.report(str(error))
