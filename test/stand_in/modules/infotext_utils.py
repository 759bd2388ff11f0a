"""Reading generation parameters back: what the paste button does."""

from __future__ import annotations

import re
from pathlib import Path

from modules.paths_internal import data_path

_PAIR = re.compile(r"\s*([\w ]+):\s*([^,]*)(?:,|$)")


def parse_generation_parameters(text: str) -> dict[str, str]:
    """The last line's `key: value` pairs; "Size: 512x768" becomes Size-1 and Size-2, the resize likewise."""
    last = text.strip().splitlines()[-1] if text.strip() else ""
    found = {key.strip(): value.strip() for key, value in _PAIR.findall(last)}
    for key in ("Size", "Hires resize"):
        match = re.fullmatch(r"(\d+)x(\d+)", found.get(key, ""))
        if match:
            found[f"{key}-1"], found[f"{key}-2"] = match.groups()
    return found


def text_to_paste(prompt: str) -> str:
    """The prompt box, or the last generation if it is empty."""
    history = Path(data_path) / "params.txt"
    return prompt or (history.read_text(encoding="utf-8") if history.is_file() else "")
