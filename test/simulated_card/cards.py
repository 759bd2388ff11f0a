"""The cards on offer. Every name says "simulated", so that no screenshot or log can pass for a real one."""

from __future__ import annotations

from dataclasses import dataclass


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


CARDS: dict[int, Card] = {
    4: Card("Simulated RTX A1000 4GB (simulated)", 4096, 166, (8, 6), 16),
    6: Card("Simulated RTX 2060 6GB (simulated)", 6144, 201, (7, 5), 30),
    8: Card("Simulated RTX 3070 8GB (simulated)", 8192, 214, (8, 6), 46),
    10: Card("Simulated RTX 3080 10GB (simulated)", 10240, 240, (8, 6), 68),
    12: Card("Simulated RTX 3060 12GB (simulated)", 12288, 235, (8, 6), 28),
    16: Card("Simulated RTX 4060 Ti 16GB (simulated)", 16380, 308, (8, 9), 34),
    24: Card("Simulated RTX 4090 24GB (simulated)", 24564, 348, (8, 9), 128),
}


def card_of(size_gb: int) -> Card:
    """Raises ValueError naming the sizes there are."""
    card = CARDS.get(size_gb)
    if card is None:
        raise ValueError(f"no simulated card of {size_gb} GB; there are {', '.join(map(str, CARDS))}")
    return card
