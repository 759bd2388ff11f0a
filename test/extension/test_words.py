"""Where the shim's sentences stand."""

from __future__ import annotations

import ast
import re
from pathlib import Path

SHIM = Path(__file__).parents[2] / "extension" / "headroom"
# What begins like a sentence and ends like one.
SENTENCE = re.compile(r"[A-Z].* .*[.!]", re.DOTALL)
# The installer speaks where there is no Node.js yet, on the console alone.
THEIR_OWN = {"words.py", "messages.py", "install.py", "package_installer.py"}


def sentences_in(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(text.value) for text in texts if id(text) not in comments and SENTENCE.fullmatch(str(text.value))]


def test_no_file_of_the_shim_but_the_built_one_holds_a_sentence_for_people():
    others = [path for path in SHIM.rglob("*.py") if path.name not in THEIR_OWN]
    assert {path.name: found for path in others if (found := sentences_in(path))} == {}


def test_what_this_test_takes_for_a_sentence_is_found_where_they_are():
    assert len(sentences_in(SHIM / "words.py")) > 5
