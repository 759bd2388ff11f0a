"""Reporting without stopping: an extension's mistake must not end the WebUI."""

import sys
import traceback


def report(message: str, *, exc_info: bool = False) -> None:
    lines = [f"*** {line}" for line in message.splitlines()]
    if exc_info:
        lines += [f"    {line}" for line in traceback.format_exc().splitlines()]
    print("\n".join(lines), file=sys.stderr, flush=True)


def display(error: Exception, task: str) -> None:
    report(f"{task or 'error'}: {type(error).__name__}: {error}", exc_info=True)


def print_error_explanation(message: str) -> None:
    report(message)
