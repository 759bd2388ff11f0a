"""The cards on offer, by their size in GB. Every name says "simulated", so that no screenshot or log can pass for a
real one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Card:
    """`reserved_mib` is what a newer driver keeps for itself: programs can have `total_mib - reserved_mib` in all."""

    name: str
    total_mib: int
    reserved_mib: int
    capability: tuple[int, int]
    processors: int

    @property
    def usable_mib(self) -> int:
        return self.total_mib - self.reserved_mib


def _read(file: Path) -> dict[int, Card]:
    text = json.loads(file.read_text(encoding="utf-8"))
    return {int(size_gb): Card(**{**card, "capability": tuple(card["capability"])}) for size_gb, card in text.items()}


CARDS = _read(Path(__file__).with_suffix(".json"))


def card_of(size_gb: int) -> Card:
    """Raises ValueError naming the sizes there are."""
    card = CARDS.get(size_gb)
    if card is None:
        raise ValueError(f"no simulated card of {size_gb} GB; there are {', '.join(map(str, CARDS))}")
    return card
