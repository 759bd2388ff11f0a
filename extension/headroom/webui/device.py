"""Which device the WebUI computes on, as torch and the driver tell it."""

from __future__ import annotations

import ctypes
import platform
import sys
import uuid
from typing import Any

from ..wire.messages import ReportedDevice
from .torch_memory import MIB, card_index

CUDA_SUCCESS = 0


def describe_device(torch: Any, device: Any) -> ReportedDevice:
    """Starts CUDA where it is not in use yet."""
    kind = str(getattr(device, "type", "cpu"))
    described: ReportedDevice = {
        "type": kind,
        "hip": getattr(torch.version, "hip", None),
        "name": (platform.processor() or platform.machine() or None) if kind == "cpu" else None,
        "totalMiB": None,
        "uuid": None,
        "pci": None,
        "driverUuid": None,
        "driverBusId": None,
    }
    if kind != "cuda":
        return described
    index = card_index(torch, device)
    properties = torch.cuda.get_device_properties(index)
    described["name"] = str(properties.name)[:300]
    described["totalMiB"] = round(properties.total_memory / MIB, 2)
    if getattr(properties, "uuid", None) is not None:
        described["uuid"] = str(properties.uuid)
    domain, bus, slot = (getattr(properties, f"pci_{part}_id", None) for part in ("domain", "bus", "device"))
    if isinstance(bus, int) and isinstance(slot, int):
        described["pci"] = {"domain": domain if isinstance(domain, int) else 0, "bus": bus, "device": slot}
    described["driverUuid"], described["driverBusId"] = _ask_driver(index)
    return described


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
        str(uuid.UUID(bytes=bytes(raw_uuid))) if got_uuid else None,
        bus_id.value.decode("ascii", "replace") if got_bus_id else None,
    )
