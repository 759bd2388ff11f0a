"""Times every `re` pattern of the shim on texts that would make a bad one run for ever. Prints one JSON object.

Usage: python-regexes.py FOLDER MOST_MS LENGTH...
"""

import ast
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

COMMON = ["a", "0", " ", "\t", '"', ",", "[", ".", "-", ":", "\r", "\n"]


def patterns(folder: Path) -> Iterator[tuple[str, str]]:
    """Place and pattern of each call of `re.something`."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if not isinstance(node.func.value, ast.Name) or node.func.value.id != "re" or node.func.attr == "escape":
                continue
            # What was escaped and put in stands for any text.
            parts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
            yield (
                f"{path.relative_to(folder.parent)}:{node.lineno}",
                "".join(part for part in parts if isinstance(part, str)),
            )


def attacks(pattern: str, length: int) -> Iterator[str]:
    plain = re.sub(r"\\d", "0", re.sub(r"\\s", " ", re.sub(r"\\w", "a", pattern)))
    literals = [text for text in re.split(r"[()\[\]{}|?*+^$]+", plain.replace("\\", "")) if text][:12]
    for piece in {*COMMON, *literals, *(text[-1] for text in literals), "".join(literals)} - {""}:
        body = (piece * (length // len(piece) + 1))[:length]
        for start in {"", *literals[:3]}:
            for breaker in ("", "\0", "\n!"):
                yield start + body + breaker


def slowest_ms(pattern: re.Pattern[str], length: int, most_ms: float) -> float:
    worst = 0.0
    for text in attacks(pattern.pattern, length):
        least = float("inf")
        for _ in range(4):
            begun = time.perf_counter()
            pattern.search(text)
            pattern.fullmatch(text)
            least = min(least, (time.perf_counter() - begun) * 1000)
            if least <= most_ms:
                break
        worst = max(worst, least)
        if worst > most_ms:
            break
    return worst


def main() -> None:
    folder, most_ms, lengths = Path(sys.argv[1]), float(sys.argv[2]), [int(text) for text in sys.argv[3:]]
    found = []
    for place, pattern in patterns(folder):
        compiled = re.compile(pattern)
        took: list[float] = []
        for length in lengths:
            took.append(slowest_ms(compiled, length, most_ms))
            if took[-1] > most_ms:
                break
        found.append({"at": place, "ms": took})
    print(json.dumps(found))


if __name__ == "__main__":
    main()
