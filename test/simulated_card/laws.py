"""What a card's libraries allocate beside the tensors of a network: laws of the card, and what a process fell back to.

`CARD` is an RTX 30 or 40 under PyTorch 2.1: copies of a convolution's input and output as its workspace in 16 bits, of
its input in 32 (published for an RTX 3060 and an RTX 4090). `TRACED` is no card at all: networks as they were traced on
meta tensors.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

Workspace = Literal["none", "x", "x+y", "x+w+y"]
# Which kernel scaled dot product attention takes: flash where batch times heads is large (torch 2.1), flash always (2.2
# and newer), or the memory-efficient one always (before compute capability 8.0).
Kernel = Literal["flash-if-many", "flash", "efficient"]

# cuBLASLt's, for a matrix product that adds a bias (CUBLASLT_WORKSPACE_SIZE of PyTorch).
BIASED_PRODUCT_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Laws:
    """`tracks_order`: tensors may be channels-last, as on CUDA, and what wants another order makes a copy."""

    tracks_order: bool
    workspace: Workspace
    workspace_in_float: Workspace
    kernel: Kernel = "flash-if-many"

    def copied(self, width: int) -> list[str]:
        """Of a convolution's input `x`, weights `w` and output `y`, those of which there are copies."""
        law = self.workspace if width == 2 else self.workspace_in_float
        return [] if law == "none" else law.split("+")


TRACED = Laws(tracks_order=False, workspace="none", workspace_in_float="none", kernel="efficient")
CARD = Laws(tracks_order=True, workspace="x+y", workspace_in_float="x")


class Libraries:
    """Of one process."""

    def __init__(self, laws: Laws = TRACED) -> None:
        self.laws = laws
        self._own = threading.local()

    @property
    def without(self) -> set[tuple[int, ...]]:
        """Convolutions whose workspace did not fit once: PyTorch remembers the engine that it went on to. Each thread
        keeps its own choices.
        """
        if not hasattr(self._own, "without"):
            self._own.without = set()
        chosen: set[tuple[int, ...]] = self._own.without
        return chosen
