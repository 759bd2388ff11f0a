"""Builds the card without kernels for one PyTorch: the libraries that stand before CUDA's own.

    python build.py --out DIR [--python PYTHON] [--include DIR ...]

PYTHON is the environment whose PyTorch (a CUDA build from PyPI) it is for, by default the running one. Its wheels bring
most of CUDA's headers; `crt/host_defines.h` comes with the wheel nvidia-cuda-nvcc-cu12, installed there or named by
--include. It writes DIR/libblankcard.so (for LD_PRELOAD) and DIR/driver/ (for LD_LIBRARY_PATH). What is missing is
said, one line each on stderr, with exit code 3.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from symbols import rest_of_driver, rest_of_nvml, rest_of_runtime

SOURCES = Path(__file__).resolve().parent / "card"
RUNTIME = (
    "state",
    "addresses",
    "memory",
    "device",
    "streams",
    "launch",
    "kernels",
    "cublas",
    "cudnn",
    "descriptors",
    "workspace",
)
DRIVER = ("driver", "driver_memory")
NVML = ("nvml",)
HEADERS = ("cuda_runtime_api.h", "crt/host_defines.h", "cudnn_backend.h")
FLAGS = ("-O2", "-std=gnu11", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror")
MISSING_EXIT_CODE = 3


class MissingError(Exception):
    """What has to be there and is not."""


@dataclass(frozen=True)
class Tools:
    compiler: str
    symbols: str
    torch_libraries: Path
    includes: tuple[Path, ...]


def find_tools(python: str, more_includes: list[Path]) -> Tools:
    """Raises MissingError with a line for each thing that is missing."""
    missing = []
    named = os.environ.get("CC")
    compiler = shutil.which(named) if named else shutil.which("gcc") or shutil.which("cc")
    symbols = shutil.which("nm")
    if compiler is None:
        why = f"CC names {named}, which is not there" if named else "no gcc or cc on the PATH"
        missing.append(f"a C compiler: {why}")
    if symbols is None:
        missing.append("binutils: no nm on the PATH")
    torch = find_torch(python)
    if torch is None:
        missing.append(f"PyTorch: {python} has none")
    elif not (torch / "lib" / "libtorch_cuda.so").exists():
        missing.append(f"a CUDA build of PyTorch for Linux: {torch} has no lib/libtorch_cuda.so")
    packages = [] if torch is None else [torch.parent / "nvidia"]
    includes = [*more_includes, *(path for package in packages for path in sorted(package.glob("*/include")))]
    for header in HEADERS:
        if torch is not None and not any((include / header).exists() for include in includes):
            wheel = (
                " (the wheel nvidia-cuda-nvcc-cu12 has it; name its include folder by --include)"
                if "crt/" in header
                else ""
            )
            missing.append(f"the header {header}{wheel}")
    if missing or compiler is None or symbols is None or torch is None:
        raise MissingError("\n".join(missing))
    return Tools(compiler, symbols, torch / "lib", tuple(includes))


def find_torch(python: str) -> Path | None:
    """Without importing it: that would load CUDA's libraries."""
    script = "import importlib.util as u, json; s = u.find_spec('torch'); print(json.dumps(s and s.origin))"
    try:
        done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    origin = json.loads(done.stdout)
    return None if origin is None else Path(origin).parent


def compile_parts(tools: Tools, names: tuple[str, ...], into: Path, is_visible: bool) -> list[str]:
    includes = [f"-I{path}" for path in tools.includes]
    visibility = ["-fvisibility=default"] if is_visible else []
    objects = []
    for name in names:
        target = str(into / f"{name}.o")
        run([tools.compiler, *FLAGS, *visibility, *includes, "-c", str(SOURCES / f"{name}.c"), "-o", target])
        objects.append(target)
    return objects


def compile_text(tools: Tools, text: str, into: Path, name: str) -> str:
    source, target = into / f"{name}.c", str(into / f"{name}.o")
    source.write_text(text, encoding="utf-8")
    # Signatures are not known here: a built-in function of the same name may differ.
    run([tools.compiler, "-O2", "-fPIC", "-w", "-c", str(source), "-o", target])
    return target


def link(tools: Tools, objects: list[str], target: Path) -> None:
    run([tools.compiler, "-shared", f"-Wl,-soname,{target.name}", "-o", str(target), *objects, "-lpthread", "-ldl"])


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, timeout=300)


def build(tools: Tools, out: Path) -> None:
    driver = out / "driver"
    driver.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="blank-card-") as scratch:
        into = Path(scratch)
        for sources, rest_of, target, is_visible in (
            (RUNTIME, rest_of_runtime, out / "libblankcard.so", False),
            (DRIVER, rest_of_driver, driver / "libcuda.so.1", True),
            (NVML, rest_of_nvml, driver / "libnvidia-ml.so.1", True),
        ):
            objects = compile_parts(tools, sources, into, is_visible)
            rest = rest_of(tools.symbols, tools.torch_libraries, objects)
            link(tools, [*objects, compile_text(tools, rest, into, "rest")], target)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the card without kernels for one PyTorch.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the libraries, created if missing")
    parser.add_argument(
        "--python", default=sys.executable, help="the Python whose PyTorch it is for (default: this one)"
    )
    parser.add_argument(
        "--include", type=Path, action="append", default=[], help="a folder of headers beside the wheels' own"
    )
    arguments = parser.parse_args()
    try:
        build(find_tools(arguments.python, arguments.include), arguments.out.resolve())
    except MissingError as missing:
        print("\n".join(f"missing: {line}" for line in str(missing).splitlines()), file=sys.stderr)
        return MISSING_EXIT_CODE
    except subprocess.CalledProcessError as failure:
        print(f"failed: {' '.join(failure.cmd)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
