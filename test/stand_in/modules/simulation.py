"""What stands in for the computing: the simulated card or, on the CPU, this process's own memory; and the time."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from simulated_card.allocator import MIB, Block, CachingAllocator, Refused
from simulated_card.cards import card_of
from simulated_card.device import SimulatedDevice
from simulated_card.laws import CARD, TRACED, Laws, Libraries
from simulated_card.phases import ModelShape, Phases
from simulated_card.state import ENVIRONMENT_VARIABLE, DeviceState, StateFile, new_card_state
from simulated_card.tensors import FLOAT, HALF

from modules.paths_internal import data_path
from modules.sd_hijack import model_hijack
from modules.shared_cmd_options import cmd_opts

# On the CPU the stand-in runs a network of a tenth of the channels, so that its real memory stays small.
_CPU_PART = 10
_CPU_LIMIT = 64 * 1024 * MIB
_BIN = Path(__file__).resolve().parents[2] / "simulated_card" / "bin"


@dataclass(frozen=True)
class Seen:
    """What one generation did to the card. `device_peak_mib` is the whole device's, without any wavering."""

    device_peak_mib: float
    allocated_peak_mib: float
    reserved_peak_mib: float
    retries: int


class _Phase:
    """The context of one phase. `extra`: bytes that it needs beyond what its networks do."""

    def __init__(self, device: SimulatedDevice | None, allocator: CachingAllocator, extra: int) -> None:
        self._device = device
        self._allocator = allocator
        self._extra = extra
        self._held: Block | None = None

    def __enter__(self) -> None:
        try:
            self._held = self._allocator.allocate(self._extra) if self._extra else None
        except Refused as refused:
            raise torch.cuda.out_of_memory(refused) from refused

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._held:
            self._allocator.release(self._held)
        if self._device:
            self._device.publish()
        if isinstance(error, Refused):
            raise torch.cuda.out_of_memory(error) from error


class Simulation:
    def __init__(self, device: SimulatedDevice | None, pace: float) -> None:
        self.device = device
        self.allocator = device.allocator if device else CachingAllocator(lambda: _CPU_LIMIT)
        self.extra_mib = 0
        self._pace = pace
        # Of the process: what they fell back to once stays, whatever checkpoint or attention comes.
        self._libraries = Libraries(_laws() if device else TRACED)
        self.failure: str | None = None
        self._warm: list[object] = []
        self._resident = bytearray()

    def phases(self, model: ModelShape) -> Phases:
        unet = FLOAT if cmd_opts.no_half else HALF
        vae = FLOAT if cmd_opts.no_half or cmd_opts.no_half_vae else HALF
        return Phases(self.allocator, model, model_hijack.kind, unet, vae, self._libraries)

    def fail_if_told(self) -> None:
        if self.failure is not None:
            raise RuntimeError(self.failure)

    def warm_up(self, phases: Phases) -> None:
        """The first generation loads kernels into the context and takes a workspace that stays."""
        if not self._warm:
            self._warm.append(phases.workspace())
            if self.device:
                self.device.open_context(warm=True)

    def phase(self) -> _Phase:
        """Turns the allocator's refusal into PyTorch's error, and lets everybody see where memory stands at the end."""
        return _Phase(self.device, self.allocator, self.extra_mib * MIB)

    def wait(self, seconds: float, stop: Callable[[], bool] = lambda: False) -> None:
        """Time passes with memory as it stands. On the CPU the phase's memory is really taken meanwhile."""
        held = self._take_memory()
        end = time.monotonic() + seconds * self._pace
        while not stop() and (left := end - time.monotonic()) > 0:
            time.sleep(min(0.02, left))
        del held

    def start_watch(self) -> None:
        self.allocator.watch()
        if self.device:
            self.device.reset_peak()

    def seen(self, retries_before: int) -> Seen:
        allocator = self.allocator
        return Seen(
            self.device.peak_mib if self.device else 0.0,
            allocator.allocated.watched / MIB,
            allocator.reserved.watched / MIB,
            allocator.retries - retries_before,
        )

    def weights_changed(self) -> None:
        """On the CPU, weights are memory that stays taken."""
        if not self.device:
            self._resident = _touched(self.allocator.allocated.current // _CPU_PART)

    def _take_memory(self) -> bytearray | None:
        if self.device or self._pace == 0:
            return None
        return _touched(max(0, self.allocator.reserved.current // _CPU_PART - len(self._resident)))


def _laws() -> Laws:
    return TRACED if cmd_opts.laws == "traced" else dataclasses.replace(CARD, workspace=cmd_opts.workspace)


def _touched(size: int) -> bytearray:
    """Every page written, or the system would not count it."""
    return bytearray(b"\1") * size


def start() -> Simulation:
    """From the command line: the card with its state file and `nvidia-smi` first on PATH, or the CPU."""
    torch.__version__ = cmd_opts.torch_version
    if cmd_opts.cpu or "all" in cmd_opts.use_cpu:
        return Simulation(None, cmd_opts.pace)
    cards = [new_card_state(card_of(cmd_opts.card))]
    if cmd_opts.second_card is not None:
        cards.append(new_card_state(card_of(cmd_opts.second_card), index=1))
    path = Path(cmd_opts.sim_state or Path(data_path) / "simulated-card.json").absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    used = cmd_opts.device_id or 0
    device = SimulatedDevice(
        DeviceState(cards), StateFile(path), os.getpid(), "python (stand-in WebUI, simulated)", used
    )
    torch.cuda.attach(device, used, tells_uuid=not cmd_opts.old_torch)
    os.environ[ENVIRONMENT_VARIABLE] = str(path)
    os.environ["PATH"] = f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    return Simulation(device, cmd_opts.pace)


simulation = start()
