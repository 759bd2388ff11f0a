"""`import launch` in an extension's install.py."""

from modules.launch_utils import args, commit_hash, git_tag, is_installed, python, run, run_pip

__all__ = ["args", "commit_hash", "git_tag", "is_installed", "python", "run", "run_pip"]
