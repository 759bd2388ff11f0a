"""The little of PyTorch that the WebUI's programs ask, answered by the simulated card. No tensors: only their memory.

The stand-in attaches a device before anything is run; without one, CUDA is not available, as without a card.
"""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

from . import cuda as cuda
from . import version

__version__ = version.__version__


class dtype:  # noqa: N801 - PyTorch's own spelling
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"torch.{self._name}"


float16 = half = dtype("float16")
bfloat16 = dtype("bfloat16")
float32 = float_ = dtype("float32")


class device:  # noqa: N801 - PyTorch's own spelling
    def __init__(self, name: str | device, index: int | None = None) -> None:
        kind, _, number = str(name).partition(":")
        self.type = kind
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))


def no_grad() -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


inference_mode = no_grad
backends = SimpleNamespace(
    mps=SimpleNamespace(is_available=lambda: False, is_built=lambda: False),
    cuda=SimpleNamespace(is_built=lambda: True),
)
