"""Where the WebUI computes and in which precision."""

import contextlib

import torch

from modules import simulation as simulation  # first: it tells torch of the card
from modules.shared_cmd_options import cmd_opts

cpu = torch.device("cpu")
fp8 = False
force_fp16 = False
unet_needs_upcast = False


def get_cuda_device_string() -> str:
    """Without a number unless --device-id gives one, as the WebUI's."""
    return "cuda" if cmd_opts.device_id is None else f"cuda:{cmd_opts.device_id}"


def get_optimal_device_name() -> str:
    return get_cuda_device_string() if torch.cuda.is_available() else "cpu"


def get_optimal_device() -> torch.device:
    return torch.device(get_optimal_device_name())


def get_device_for(task: str) -> torch.device:
    return cpu if task in cmd_opts.use_cpu or "all" in cmd_opts.use_cpu else get_optimal_device()


device = get_optimal_device()
dtype = torch.float32 if cmd_opts.no_half or device.type == "cpu" else torch.float16
dtype_unet = dtype
dtype_vae = torch.float32 if cmd_opts.no_half_vae else dtype
dtype_inference = dtype


def get_cuda_device_id() -> int:
    return int(cmd_opts.device_id or 0) or torch.cuda.current_device()


def torch_gc() -> None:
    """Gives PyTorch's cache back to the card."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.ipc_collect()


def autocast(disable: bool = False) -> contextlib.AbstractContextManager[None]:
    del disable
    return contextlib.nullcontext()


without_autocast = autocast
