"""A checkpoint's weights on the card: all three networks, or with --medvram only the one at work."""

from __future__ import annotations

from simulated_card.phases import NETWORKS, Phases
from simulated_card.tensors import Tensor

from modules.simulation import simulation


class Weights:
    def __init__(self, phases: Phases, swapped: bool) -> None:
        self._phases = phases
        self._swapped = swapped
        self._held: dict[str, list[Tensor]] = {}
        for network in () if swapped else NETWORKS:
            self._load(network)

    def need(self, network: str) -> None:
        """Before `network` computes. Another one leaves first; its memory stays in PyTorch's cache."""
        if network not in self._held:
            self._held.clear()
            self._load(network)

    def send_away(self) -> None:
        """After a generation; without swapping they stay."""
        if self._swapped:
            self._held.clear()

    def _load(self, network: str) -> None:
        with simulation.phase():
            self._held[network] = self._phases.weights(network)
        simulation.weights_changed()
