"""The arguments of the simulated `nvidia-smi`, as the real one takes them."""

from __future__ import annotations

from dataclasses import dataclass

_HELP = "Please run 'nvidia-smi -h' for help."


class Stop(Exception):  # noqa: N818 - the way out with a message, also a good one
    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass
class Options:
    gpu_fields: list[str] | None = None
    app_fields: list[str] | None = None
    list_cards: bool = False
    help_fields: bool = False
    header: bool = True
    units: bool = True
    csv: bool = False
    loop_ms: int | None = None
    card: str | None = None


def parse(arguments: list[str]) -> Options:
    """Raises Stop with what the real one says of an option that it does not know."""
    options = Options()
    rest = list(arguments)
    while rest:
        name, _, value = rest.pop(0).partition("=")
        if name in ("-l", "-lms", "-i", "--id", "--loop", "--loop-ms", "--format") and not value and rest:
            value = rest.pop(0)
        if name == "--query-gpu":
            options.gpu_fields = [field.strip() for field in value.split(",")]
        elif name in ("--query-compute-apps", "--query-apps"):
            options.app_fields = [field.strip() for field in value.split(",")]
        elif name == "--format":
            parts = [part.strip() for part in value.split(",")]
            options.csv = "csv" in parts
            options.header = "noheader" not in parts
            options.units = "nounits" not in parts
        elif name in ("-lms", "--loop-ms") and value.isdigit():
            options.loop_ms = int(value)
        elif name in ("-l", "--loop") and value.isdigit():
            options.loop_ms = int(value) * 1000
        elif name in ("-i", "--id"):
            options.card = value
        elif name in ("-L", "--list-gpus"):
            options.list_cards = True
        elif name in ("--help-query-gpu", "--help-query-compute-apps"):
            options.help_fields = True
        else:
            raise Stop(6, f"Invalid combination of input arguments. {_HELP}\n\nOption {name} is not recognized.\n")
    if (options.gpu_fields is not None or options.app_fields is not None) and not options.csv:
        raise Stop(6, f'"--format=" switch is missing. {_HELP}\n')
    return options
