"""Latents as scripts see them: a shape, a type, a place."""

from __future__ import annotations

from typing import Any

from simulated_card.tensors import Tensor

from modules import devices


class Latents:
    """`width` and `height` are in output pixels."""

    def __init__(self, tensor: Tensor, width: int, height: int) -> None:
        self.tensor = tensor
        self.width = width
        self.height = height
        self.shape = (tensor.count, tensor.channels, height // 8, width // 8)
        self.dtype = devices.dtype
        self.device = devices.device

    def __len__(self) -> int:
        return self.shape[0]


class Pictures:
    """A batch of pictures on the card."""

    def __init__(self, tensor: Tensor, width: int, height: int) -> None:
        self.tensor = tensor
        self.width = width
        self.height = height
        self.shape = (tensor.count, tensor.channels, height, width)

    def __len__(self) -> int:
        return self.shape[0]


class DecodedSamples(list[Any]):
    """Pictures on the CPU: nothing is left to decode."""

    already_decoded = True
