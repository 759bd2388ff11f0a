"""A card that is not there: networks run on meta tensors, and each of their storages takes room in test/simulated_card.

So caps, retries, out of memory, counters and nvidia-smi answer without a GPU. Left out: autocast, the workspaces of
cuDNN and cuBLAS, and time.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from headroom.webui.device import describe_device
from headroom.webui.torch_memory import TorchMemory
from headroom.wire.messages import ReportedDevice
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from .networks import Networks

TESTS = Path(__file__).resolve().parents[3] / "test"
STATE_VARIABLE = "HEADROOM_SIM_STATE"


class SimulatedBackend:
    """The simulated card of `card_gb`; its state goes to the file in HEADROOM_SIM_STATE, which the simulated nvidia-smi
    reads.
    """

    def __init__(self, card_gb: int) -> None:
        if str(TESTS) not in sys.path:
            sys.path.append(str(TESTS))
        from simulated_card.allocator import Refused
        from simulated_card.cards import card_of
        from simulated_card.device import SimulatedDevice
        from simulated_card.state import DeviceState, StateFile, new_card_state

        self.device = torch.device("meta")
        self.dtype = torch.float16
        self.marked: str | None = "simulated"
        self._cuda = _simulated_cuda()
        state = DeviceState([new_card_state(card_of(card_gb))])
        self._card = SimulatedDevice(
            state, StateFile(Path(os.environ[STATE_VARIABLE])), os.getpid(), "capture (simulated)"
        )
        self._cuda.attach(self._card)
        self._card.open_context(warm=True)
        self._torch = SimpleNamespace(cuda=self._cuda, version=SimpleNamespace(hip=None))
        self.memory: TorchMemory | None = TorchMemory(self._torch, 0)
        self._mirror = _Mirror(self._card.allocator, Refused, self._cuda.out_of_memory)

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        with self._mirror, _FusedAttention():
            yield

    def adopt(self, networks: Networks) -> None:
        for tensor in (*networks.unet.parameters(), *networks.vae.parameters(), networks.text_encoders):
            self._mirror.adopt(tensor)

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        return contextlib.nullcontext()

    def empty_cache(self) -> None:
        self._cuda.empty_cache()

    def upload(self, shape: tuple[int, int, int, int], dtype: torch.dtype) -> torch.Tensor:
        """A blocking copy is cast on the host (aten/native/cuda/Copy.cu)."""
        return torch.empty(shape, dtype=dtype, device=self.device)

    def to_host(self, tensor: torch.Tensor) -> torch.Tensor:
        return torch.empty(1)

    def synchronise(self) -> None:
        self._card.publish()

    def describe(self) -> ReportedDevice:
        return describe_device(self._torch, SimpleNamespace(type="cuda", index=0))


class _FusedAttention(TorchFunctionMode):
    """On meta tensors PyTorch would take the unfused way."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.nn.functional.scaled_dot_product_attention:
            query, _key, value = args[:3]
            return query.new_empty((*query.shape[:-1], value.shape[-1]))
        return func(*args, **(kwargs or {}))


class _Mirror(TorchDispatchMode):
    """Each new storage on the meta device is allocated, and given back when PyTorch drops it."""

    def __init__(self, allocator: Any, refused: type[Exception], out_of_memory: Any) -> None:
        super().__init__()
        self._allocator = allocator
        self._refused = refused
        self._out_of_memory = out_of_memory
        self._blocks: dict[int, Any] = {}
        self._users: dict[int, set[int]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for value in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(value, torch.Tensor) and value.device.type == "meta":
                self._take(value)
        return result

    def adopt(self, tensor: torch.Tensor) -> None:
        """Weights, made outside of the mode, for good."""
        self._blocks[tensor.untyped_storage()._cdata] = self._allocate(tensor.untyped_storage().nbytes())

    def _take(self, tensor: torch.Tensor) -> None:
        """A storage lives as long as a tensor on it: PyTorch (2.1) lets no finaliser be put on the storage itself."""
        storage = tensor.untyped_storage()
        key, nbytes = storage._cdata, storage.nbytes()
        if nbytes == 0:
            return
        if key not in self._users:
            if key in self._blocks:
                return
            self._blocks[key] = self._allocate(nbytes)
            self._users[key] = set()
        if id(tensor) not in self._users[key]:
            self._users[key].add(id(tensor))
            weakref.finalize(tensor, self._drop, key, id(tensor)).atexit = False

    def _allocate(self, nbytes: int) -> Any:
        try:
            return self._allocator.allocate(nbytes)
        except self._refused as error:
            raise self._out_of_memory(error) from None

    def _drop(self, key: int, user: int) -> None:
        users = self._users[key]
        users.discard(user)
        if not users:
            del self._users[key]
            self._allocator.release(self._blocks.pop(key))


def _simulated_cuda() -> Any:
    """test/stand_in/torch/cuda.py alone: its package would hide the real PyTorch."""
    spec = importlib.util.spec_from_file_location(
        "gpu_capture_simulated_cuda", TESTS / "stand_in" / "torch" / "cuda.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
