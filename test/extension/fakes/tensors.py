"""Tensors and a card of a few bytes: what is on the card counts against it, and what does not fit is refused.

Only what the shim asks of torch's: it refuses, as the real one does, to compute with tensors of two devices.
"""

from types import SimpleNamespace

import numpy as np
from headroom.webui.a1111 import Webui

from .torch import FakeCuda


class FakeCard:
    """`held` is what tensors on it take, in numbers; `most` is what it has."""

    def __init__(self, most=10**9):
        self.most, self.held, self.peak, self.refused = most, 0, 0, 0

    def take(self, count):
        if self.held + count > self.most:
            self.refused += 1
            raise FakeCuda.OutOfMemoryError(f"CUDA out of memory. Tried to allocate {count} bytes")
        self.held += count
        self.peak = max(self.peak, self.held)


class Tensor:
    def __init__(self, values, card=None, dtype="float32"):
        self.values, self.card, self.dtype = values, None, dtype
        if card is not None:
            card.take(values.size)
            self.card = card

    def __del__(self):
        if self.card is not None:
            self.card.held -= self.values.size

    @property
    def shape(self):
        return self.values.shape

    @property
    def device(self):
        return self.card or "cpu"

    def to(self, device=None, dtype=None):
        card = self.card if device is None else (None if device == "cpu" else device)
        return Tensor(self.values, card, dtype or self.dtype)

    def cpu(self):
        return self if self.card is None else self.to(device="cpu")

    def float(self):
        return self if self.dtype == "float32" else self.to(dtype="float32")

    def reshape(self, *shape):
        return View(self.values.reshape(*shape), self.card, self.dtype)

    def __getitem__(self, at):
        return View(self.values[at], self.card, self.dtype)

    def __setitem__(self, at, other):
        self._check(other)
        self.values[at] = other.values

    def __mul__(self, other):
        self._check(other)
        return Tensor(self.values * other.values, self.card, self.dtype)

    def __add__(self, other):
        self._check(other)
        return Tensor(self.values + other.values, self.card, self.dtype)

    def _check(self, other):
        if self.card is not other.card:
            raise RuntimeError("Expected all tensors to be on the same device, but found at least two devices")


class View(Tensor):
    """Of another tensor's memory: it takes none."""

    def __init__(self, values, card, dtype):
        super().__init__(values, None, dtype)
        self.card = card

    def __del__(self):
        pass


def fake_tensors():
    """torch's functions."""
    return SimpleNamespace(
        float32="float32",
        zeros=lambda shape: Tensor(np.zeros(shape, dtype=np.float32)),
        tensor=lambda values: Tensor(np.array(values, dtype=np.float32)),
        cat=lambda tensors: Tensor(np.concatenate([one.values for one in tensors]), tensors[0].card, tensors[0].dtype),
    )


SCALE = 8
HELD_BY_A_DECODE = 12
"""Times the picture."""


def decoded(values):
    """A decoder without means over the whole: each number becomes a block, by itself and the numbers around it."""
    padded = np.pad(values, ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = values.shape[2:]
    mixed = sum(padded[:, :, y : y + height, x : x + width] * (1 + 3 * y + x) for y in range(3) for x in range(3))
    return mixed[:, :3].repeat(SCALE, axis=2).repeat(SCALE, axis=3)


class FakeVae:
    """A network whose computing takes memory where it is."""

    def __init__(self, card):
        self.card, self.dtype, self.weights = card, "float16", Tensor(np.zeros(100), card, "float16")

    def parameters(self):
        return iter([self.weights])

    def to(self, *, device, dtype):
        self.weights = self.weights.to(device=device, dtype=dtype)

    def decode(self, z):
        if (z.device, z.dtype) != (self.weights.device, self.weights.dtype):
            raise RuntimeError("Input type and weight type should be the same")
        if z.device == "cpu" and z.dtype != "float32":
            raise RuntimeError("\"slow_conv2d_cpu\" not implemented for 'Half'")
        each = 3 * z.values[:, 0].size * SCALE**2
        activations = [Tensor(np.zeros(each), z.card) for _ in range(HELD_BY_A_DECODE)]
        return Tensor(decoded(z.values), activations[0].card, z.dtype)


class DecodingWebui(Webui):
    """As A1111's `modules.processing` decodes, and as its `lowvram` moves; `decodes` has each size that was asked."""

    def __init__(self, most=10**9, options=None, medvram=False):
        self.card = FakeCard(most)
        self.fake_opts = SimpleNamespace(**({"headroom_rescue": True} if options is None else options))
        self.fake_state = SimpleNamespace(interrupted=False, skipped=False, stopping_generation=False)
        self.fake_devices = SimpleNamespace(dtype_vae="float16", torch_gc=lambda: None)
        self.model = SimpleNamespace(first_stage_model=FakeVae(self.card), lowvram=medvram)
        self.lowvram = SimpleNamespace(module_in_gpu=None, send_everything_to_cpu=self._send_everything_to_cpu)
        self.processing = SimpleNamespace(decode_first_stage=self.decode_first_stage)
        self.decodes = []
        self.torch_of_it = fake_tensors()
        self.before_decode = lambda: None

    torch = property(lambda self: self.torch_of_it)
    opts = property(lambda self: self.fake_opts)
    state = property(lambda self: self.fake_state)
    devices = property(lambda self: self.fake_devices)

    def module(self, name):
        return {"processing": self.processing, "lowvram": self.lowvram}.get(name)

    def own_module(self, name):
        return None

    def _send_everything_to_cpu(self):
        if self.lowvram.module_in_gpu is not None:
            self.lowvram.module_in_gpu.to(device="cpu", dtype=self.lowvram.module_in_gpu.weights.dtype)
        self.lowvram.module_in_gpu = None

    def decode_first_stage(self, model, x):
        vae = model.first_stage_model
        self.decodes.append((x.device, *x.shape[2:]))
        self.before_decode()
        if model.lowvram and self.lowvram.module_in_gpu is not vae:
            vae.to(device=self.card, dtype=vae.weights.dtype)
            self.lowvram.module_in_gpu = vae
        return vae.decode(x.to(dtype=self.devices.dtype_vae).to(dtype=vae.weights.dtype))

    def latents(self, count=1, height=64, width=64):
        values = np.random.default_rng(0).standard_normal((count, 4, height, width)).astype(np.float32)
        return Tensor(values, self.card)
