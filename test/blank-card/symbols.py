"""What PyTorch imports of CUDA beyond what the card's own sources define: written as C that answers plainly."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

RUNTIME_NAMES = re.compile(r"^(cuda|__cuda|cublas|cudnn)\w+$")
DRIVER_NAMES = re.compile(r"^cu[A-Z]\w+$")
NVML_NAMES = re.compile(r"^nvml[A-Z]\w+$")

# Whoever calls these would go on with a pointer that was never set.
REFUSED = re.compile(r"^cuda(Malloc(Async|FromPoolAsync|Managed|3D|Array|Pitch)|(Graph|Ipc|MemPool)\w+)$")
NOT_SUPPORTED = 801
# cuDNN's older descriptors: PyTorch makes them, fills them, and never looks inside.
DESCRIPTOR_MAKER = re.compile(r"^cudnnCreate\w+Descriptor$")


def undefined(tool: str, libraries: Iterable[Path]) -> set[str]:
    """The names that shared libraries import, without versions."""
    return {name for library in libraries for name in _names(tool, ["-D", "--undefined-only"], str(library))}


def defined(tool: str, objects: Iterable[str]) -> set[str]:
    return {name for item in objects for name in _names(tool, ["--defined-only"], item)}


def _names(tool: str, options: list[str], file: str) -> list[str]:
    done = subprocess.run([tool, *options, file], capture_output=True, text=True, check=True, timeout=300)
    return [line.split()[-1].split("@")[0] for line in done.stdout.splitlines() if line.strip()]


def rest_of_runtime(tool: str, torch_libraries: Path, objects: list[str]) -> str:
    names = undefined(tool, sorted(torch_libraries.glob("*.so*"))) - defined(tool, objects)
    return source(name for name in names if RUNTIME_NAMES.match(name))


def rest_of_driver(tool: str, torch_libraries: Path, objects: list[str]) -> str:
    """What links against the driver answers 0; what PyTorch only looks up by name (it insists on finding all) is
    refused.
    """
    known = defined(tool, objects)
    linked = undefined(tool, torch_libraries.glob("libcaffe2_nvrtc.so")) - known
    looked_up = names_in(torch_libraries / "libc10_cuda.so", DRIVER_NAMES) - known - linked
    return source((name for name in linked if DRIVER_NAMES.match(name)), refused=looked_up)


def rest_of_nvml(tool: str, torch_libraries: Path, objects: list[str]) -> str:
    return source((), refused=names_in(torch_libraries / "libc10_cuda.so", NVML_NAMES) - defined(tool, objects))


def names_in(library: Path, pattern: re.Pattern[str]) -> set[str]:
    """The texts of a library that are such names: what it asks dlsym for."""
    found = re.findall(rb"(?<=\x00)\w+(?=\x00)", library.read_bytes())
    return {name for name in (text.decode("ascii") for text in found) if pattern.match(name)}


def source(names: Iterable[str], refused: Iterable[str] = ()) -> str:
    """C for these functions: descriptors are made, what cannot be had is refused, all else answers 0."""
    lines = ["#include <stdlib.h>"]
    for name in sorted(names):
        if DESCRIPTOR_MAKER.match(name):
            lines.append(f"int {name}(void **made) {{ *made = calloc(1, 256); return 0; }}")
        else:
            lines.append(f"long {name}(void) {{ return {NOT_SUPPORTED if REFUSED.match(name) else 0}; }}")
    lines += [f"long {name}(void) {{ return {NOT_SUPPORTED}; }}" for name in sorted(refused)]
    return "\n".join(lines) + "\n"
