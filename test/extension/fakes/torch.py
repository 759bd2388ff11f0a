"""A torch whose counters are set by the test. Only what the shim asks of the real one."""

from types import SimpleNamespace

MIB = 1024 * 1024


def _check(device, optional):
    """As torch.cuda._utils._get_device_index of 2.1 to 2.3; there is one card, and None is the current device
    everywhere.
    """
    kind, index = getattr(device, "type", None), getattr(device, "index", None)
    if kind not in (None, "cuda"):
        raise ValueError(f"Expected a cuda device, but got: {device}")
    if isinstance(device, int):
        index = device
    if index is None and device is not None and not optional:
        raise ValueError(f"Expected a torch.device with a specified index or an integer, but got:{device}")
    if index not in (None, 0):
        raise AssertionError("Invalid device id")


class FakeCuda:
    OutOfMemoryError = type("OutOfMemoryError", (RuntimeError,), {})

    def __init__(self, total_mib=8192, uuid=None):
        self.total_mib = total_mib
        self.uuid = uuid
        self.allocated = 2000.0
        self.reserved = 2100.0
        self.active_peak = 2000.0
        self.reserved_peak = 2100.0
        self.retries = 0
        self.ooms = 0
        self.fraction = 1.0
        self.fractions = []
        # Of the whole device, as the runtime tells it; None: it fails.
        self.free = 5000.0
        self.integrated = None

    def is_available(self):
        return True

    def is_initialized(self):
        return True

    def current_device(self):
        return 0

    def use(self, active, reserved):
        """A burst of memory that is gone again."""
        self.active_peak = max(self.active_peak, active)
        self.reserved_peak = max(self.reserved_peak, reserved)

    def memory_stats(self, device=None):
        _check(device, optional=True)
        return {
            "allocated_bytes.all.current": int(self.allocated * MIB),
            "reserved_bytes.all.current": int(self.reserved * MIB),
            "active_bytes.all.peak": int(self.active_peak * MIB),
            "reserved_bytes.all.peak": int(self.reserved_peak * MIB),
            "num_alloc_retries": self.retries,
            "num_ooms": self.ooms,
        }

    def reset_peak_memory_stats(self, device=None):
        _check(device, optional=True)
        self.active_peak, self.reserved_peak = self.allocated, self.reserved

    def set_per_process_memory_fraction(self, fraction, device=None):
        _check(device, optional=False)
        if not isinstance(fraction, float):
            raise TypeError("Invalid type for fraction argument, must be `float`")
        self.fraction = fraction
        self.fractions.append(fraction)

    def mem_get_info(self, device=None):
        _check(device, optional=False)
        if self.free is None:
            raise RuntimeError("CUDA error: unknown error")
        return int(self.free * MIB), self.total_mib * MIB

    def get_device_properties(self, device=None):
        _check(device, optional=True)
        properties = SimpleNamespace(name="Simulated card", total_memory=self.total_mib * MIB)
        if self.integrated is not None:
            properties.is_integrated = self.integrated
        if self.uuid is not None:
            properties.uuid = self.uuid
        return properties


def fake_torch(cuda=None, **fields):
    return SimpleNamespace(__version__="2.1.2", version=SimpleNamespace(hip=None), cuda=cuda or FakeCuda(**fields))
