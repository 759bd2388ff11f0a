"""The shim's loggers. People post logs in public: nothing in them names the person, and nothing can fake a line."""

from __future__ import annotations

import getpass
import logging
import re
import traceback
from pathlib import Path

# Newlines in a message could pass for lines of their own, escape sequences act on the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_person(text: str, home: str | None = None, user: str | None = None) -> str:
    """`~` for the person's home folder, and `USER` for their name where it is a folder elsewhere."""
    home = _home() if home is None else home
    user = _user() if user is None else user
    if len(home) > 1:
        # Not where it is but the beginning of another folder's name.
        text = re.sub(re.escape(home) + r"(?![\w.-])", "~", text)
    return re.sub(r"(?<=[/\\])" + re.escape(user) + r"(?![\w.-])", "USER", text) if user else text


def printable(text: str) -> str:
    return _CONTROL.sub("?", text)


def get_logger(name: str) -> logging.Logger:
    logger = logging.getLogger(name)
    # Reload UI comes here again with a new class.
    logger.filters = [_Discreet()]
    return logger


class _Discreet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = printable(without_person(record.getMessage()).replace("\n", " / ")), None
        if record.exc_info:
            record.exc_text = printable(without_person("".join(traceback.format_exception(*record.exc_info)).rstrip()))
            record.exc_info = None
        return True


def _home() -> str:
    try:
        return str(Path.home())
    except RuntimeError:
        return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""
