"""Where the networks compute: a CUDA card; the CPU; or nowhere, with a simulated card counting what a real one would
hold.
"""

from __future__ import annotations

import contextlib
from typing import Any, Protocol

import torch
from headroom.webui.device import describe_device
from headroom.webui.torch_memory import TorchMemory, torch_memory
from headroom.wire.messages import ReportedDevice

from .networks import Networks, normalise_as_the_webui


class Backend(Protocol):
    """`memory` is None where PyTorch keeps no counters. `marked` says what figures of this backend must be called."""

    device: torch.device
    dtype: torch.dtype
    memory: TorchMemory | None
    marked: str | None

    def scope(self) -> contextlib.AbstractContextManager[Any]:
        """Around everything that makes tensors, but for the networks themselves."""

    def adopt(self, networks: Networks) -> None:
        """Told once, when the weights are there."""

    def autocast(self) -> contextlib.AbstractContextManager[Any]: ...

    def empty_cache(self) -> None:
        """The WebUI's devices.torch_gc."""

    def upload(self, shape: tuple[int, int, int, int], dtype: torch.dtype) -> torch.Tensor:
        """A grey picture from the host, in 32 bits there."""

    def to_host(self, tensor: torch.Tensor) -> torch.Tensor: ...

    def synchronise(self) -> None: ...

    def describe(self) -> ReportedDevice: ...


class _TorchBackend:
    """What PyTorch itself computes on."""

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        self.device = device
        self.dtype = dtype
        self.memory: TorchMemory | None = None
        self.marked: str | None = None

    def scope(self) -> contextlib.AbstractContextManager[Any]:
        return contextlib.nullcontext()

    def adopt(self, networks: Networks) -> None:
        pass

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        return contextlib.nullcontext()

    def empty_cache(self) -> None:
        pass

    def upload(self, shape: tuple[int, int, int, int], dtype: torch.dtype) -> torch.Tensor:
        return torch.full(shape, 0.5, dtype=torch.float32).to(self.device, dtype=dtype)

    def to_host(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor.to("cpu")

    def synchronise(self) -> None:
        pass

    def describe(self) -> ReportedDevice:
        return describe_device(torch, self.device)


class CudaBackend(_TorchBackend):
    """Half precision under autocast, and tf32, as the WebUI sets it."""

    def __init__(self) -> None:
        super().__init__(torch.device("cuda", torch.cuda.current_device()), torch.float16)
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.zeros(1, device=self.device)
        self.memory = torch_memory(torch, self.device)

    def adopt(self, networks: Networks) -> None:
        normalise_as_the_webui(networks.unet)

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        return torch.autocast("cuda")

    def empty_cache(self) -> None:
        torch.cuda.empty_cache()
        torch.cuda.ipc_collect()

    def synchronise(self) -> None:
        torch.cuda.synchronize(self.device)


class CpuBackend(_TorchBackend):
    """32 bits and no counters: what counts is the memory of this process."""

    def __init__(self) -> None:
        super().__init__(torch.device("cpu"), torch.float32)
        self.marked = "toy"
