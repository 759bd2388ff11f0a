"""Which device the WebUI computes on, as the driver names it: CUDA and nvidia-smi number the cards differently."""

from __future__ import annotations

import ctypes
import platform
import sys
import uuid
from typing import Any

from ..wire import client as wire
from .torch_memory import MIB, card_index

CUDA_SUCCESS = 0


def backend_of(torch: Any, device: Any) -> str:
    """As service/protocol/host.ts lists them. Anything unknown is `directml`: a device that no driver tool can be asked
    about.
    """
    kind = getattr(device, "type", "cpu")
    if kind == "cuda":
        return "rocm" if getattr(torch.version, "hip", None) else "cuda"
    if kind in ("cpu", "xpu", "mps"):
        return str(kind)
    return "directml"


def describe_device(torch: Any, device: Any) -> wire.Message:
    """The `device` part of an environment. Starts CUDA where it is not in use yet."""
    backend = backend_of(torch, device)
    described: wire.Message = {"backend": backend, "name": backend, "uuid": None, "busId": None, "totalMiB": None}
    if backend == "cpu":
        described["name"] = (platform.processor() or platform.machine() or "CPU")[:300]
    if backend not in ("cuda", "rocm"):
        return described
    index = card_index(torch, device)
    properties = torch.cuda.get_device_properties(index)
    described["name"] = str(properties.name)[:300]
    described["totalMiB"] = round(properties.total_memory / MIB, 2)
    described["uuid"] = _torch_uuid(properties)
    described["busId"] = _torch_bus_id(properties)
    if backend == "cuda" and (described["uuid"] is None or described["busId"] is None):
        driver_uuid, driver_bus_id = _ask_driver(index)
        described["uuid"] = described["uuid"] or driver_uuid
        described["busId"] = described["busId"] or driver_bus_id
    return described


def _torch_uuid(properties: Any) -> str | None:
    """torch >= 2.4 has it, without the driver's prefix."""
    value = getattr(properties, "uuid", None)
    if value is None:
        return None
    text = str(value)
    return text if text.startswith(("GPU-", "MIG-")) else f"GPU-{text}"


def _torch_bus_id(properties: Any) -> str | None:
    """torch >= 2.7 has the parts."""
    bus, slot = getattr(properties, "pci_bus_id", None), getattr(properties, "pci_device_id", None)
    if not isinstance(bus, int) or not isinstance(slot, int):
        return None
    domain = getattr(properties, "pci_domain_id", 0)
    return f"{domain if isinstance(domain, int) else 0:08X}:{bus:02X}:{slot:02X}.0"


def normalise_bus_id(text: str) -> str | None:
    """`0000:01:00.0` as nvidia-smi writes it: `00000000:01:00.0`."""
    parts = text.strip().split(":")
    if len(parts) != 3:
        return None
    return f"{parts[0].rjust(8, '0')}:{parts[1]}:{parts[2]}".upper()


def _ask_driver(index: int) -> tuple[str | None, str | None]:
    """UUID and bus id by the CUDA driver, which numbers cards as torch does (CUDA_VISIBLE_DEVICES included)."""
    try:
        cuda = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        device = ctypes.c_int()
        if cuda.cuInit(0) != CUDA_SUCCESS or cuda.cuDeviceGet(ctypes.byref(device), index) != CUDA_SUCCESS:
            return None, None
        bus_id = ctypes.create_string_buffer(32)
        got_bus_id = cuda.cuDeviceGetPCIBusId(bus_id, len(bus_id), device) == CUDA_SUCCESS
        raw_uuid = (ctypes.c_ubyte * 16)()
        got_uuid = cuda.cuDeviceGetUuid(raw_uuid, device) == CUDA_SUCCESS
    except (OSError, AttributeError):
        return None, None
    return (
        f"GPU-{uuid.UUID(bytes=bytes(raw_uuid))}" if got_uuid else None,
        normalise_bus_id(bus_id.value.decode("ascii", "replace")) if got_bus_id else None,
    )
