"""What shim and sidecar say to each other. Made by `npm run build` from service/: do not edit."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

PROTOCOL_VERSION = 5
MAX_MESSAGE_BYTES = 65536
MAX_MESSAGES_PER_SECOND = 50
MAX_HOST_MESSAGES_PER_SECOND = 200
TOO_MANY_MESSAGES = "More than 50 messages a second; the connection was closed."
MAX_MEMORY_ERROR = 1500
API_SCHEMA = 1
MAX_QUERY_CHARACTERS = 48000

# What is looked for in the program, and asked of it and of a generation.
PROGRAM_MARKS = (
    "backend",
    "installer",
    "ldm_patched",
    "modules.launch_utils",
    "modules.lowvram",
    "modules.sd_hijack:model_hijack.optimization_method",
    "modules.sd_models:model_data.sd_model",
    "modules.sd_offload",
    "modules_forge",
)
WEBUI_FACTS = (
    "model:__class__.__name__",
    "model:sd_checkpoint_info.short_title",
    "model:sd_checkpoint_info.title",
    "model:sd_checkpoint_info.name",
    "modules.sd_hijack:model_hijack.optimization_method",
    "opts:batch_cond_uncond",
    "modules.shared:batch_cond_uncond",
    "opts:pad_cond_uncond",
    "opts:pad_cond_uncond_v0",
    "opts:lora_functional",
    "modules.devices:dtype",
    "modules.devices:dtype_unet",
    "modules.devices:dtype_vae",
    "modules.devices:dtype_inference",
    "modules.devices:fp8",
    "modules.devices:unet_needs_upcast",
    "opts:sd_vae",
    "opts:sd_unet",
    "opts:upcast_attn",
    "opts:token_merging_ratio",
    "opts:token_merging_ratio_img2img",
    "opts:token_merging_ratio_hr",
    "opts:hypertile_enable_unet",
    "opts:hypertile_enable_unet_secondpass",
    "opts:hypertile_max_depth_unet",
    "opts:hypertile_max_tile_unet",
    "opts:hypertile_swap_size_unet",
    "opts:hypertile_enable_vae",
    "opts:hypertile_max_depth_vae",
    "opts:hypertile_max_tile_vae",
    "opts:hypertile_swap_size_vae",
    "opts:sd_vae_encode_method",
    "opts:sd_vae_decode_method",
    "opts:cache_fp16_weight",
    "opts:sd_checkpoints_limit",
    "opts:ESRGAN_tile",
    "opts:DAT_tile",
    "environ:PYTORCH_CUDA_ALLOC_CONF",
    "environ:PYTORCH_ALLOC_CONF",
    "environ:PYTORCH_HIP_ALLOC_CONF",
    "model:is_sd3",
    "model:is_ssd",
    "model:is_sdxl",
    "model:is_sd2",
    "model:is_sd1",
    "model:model.conditioning_key",
    "model:model.diffusion_model.in_channels",
    "torch:__version__",
    "flags:lowvram",
    "flags:medvram",
    "flags:medvram_sdxl",
    "flags:opt_channelslast",
    "opts:live_previews_enable",
    "opts:show_progress_type",
    "modules.sd_models:model_data.loaded_sd_models#",
    "opts:sd_checkpoints_keep_in_cpu",
    "modules.sd_models:checkpoints_loaded#",
    "opts:save_init_img",
    "opts:use_old_hires_fix_width_height",
    "opts:outdir_samples",
    "opts:outdir_txt2img_samples",
    "opts:outdir_grids",
    "opts:outdir_txt2img_grids",
    "flags:freeze_settings",
    "opts:headroom_rescue",
)
GENERATION_FACTS = (
    "__class__.__mro__",
    "width",
    "height",
    "batch_size",
    "enable_hr",
    "is_hr_pass",
    "latent_scale_mode",
    "hr_upscale_to_x",
    "hr_upscale_to_y",
    "truncate_x",
    "truncate_y",
    "hr_upscaler",
    "tiling",
    "restore_faces",
    "refiner_checkpoint_info",
    "image_mask",
    "mask",
    "hr_checkpoint_info",
    "firstpass_image",
    "init_images#",
    "sd_model.model.diffusion_model.in_channels",
)
# What a page may set.
SETTABLE_OPTIONS = (
    "show_progress_type",
    "cross_attention_optimization",
    "batch_cond_uncond",
    "fp8_storage",
    "headroom_rescue",
)
# Name, classes and pattern of what is looked for in an error.
ERROR_SIGNS = (
    (
        "torch-class",
        ("OutOfMemoryError",),
        r"",
    ),
    (
        "python-class",
        ("MemoryError",),
        r"",
    ),
    (
        "device-ran-out",
        ("RuntimeError", "OSError"),
        r"\b(?:CUDA|HIP|MPS|XPU|NPU|GPU|NVML|CUBLAS|CUDNN|driver)\b[^.\n]{0,60}\bout of memory\b",
    ),
    (
        "runtime-code",
        ("RuntimeError", "OSError"),
        r"\b(?:cuda|hip)?Error(?:OutOfMemory|MemoryAllocation)\b",
    ),
    (
        "library-status",
        ("RuntimeError", "OSError"),
        r"\b\w*_(?:OUT_OF_MEMORY|OUT_OF_DEVICE_MEMORY|OUT_OF_RESOURCES|ALLOC_FAILED)\b",
    ),
    (
        "directml",
        ("RuntimeError", "OSError"),
        r"\bnot enough GPU video memory\b",
    ),
    (
        "sliced-attention",
        ("RuntimeError", "OSError"),
        r"^Not enough memory, use lower resolution\b",
    ),
    (
        "cpu-allocator",
        ("RuntimeError", "OSError"),
        r"\bDefaultCPUAllocator\b[^\n]*\bmemory\b",
    ),
)
# What may be told of an error that says so, from its beginning.
MEMORY_WORDS = (
    r"(?:CUDA|HIP|XPU|NPU) out of memory(?:\. (?:Tried to allocate|Requested)[^\n'\x22]+|\.?$)",
    r"MPS backend out of memory \(MPS allocated:[^\n'\x22]+",
    r"Invalid buffer size: [\d.]+ [KMG]?i?B",
    r"(?:CUDA|HIP) error: out of memory",
    r"(?:CUDA|HIP) error: \w*_STATUS_\w+ when calling [^\n'\x22]+",
    r"cuDNN error: CUDNN_STATUS_\w+",
    r"Unable to find a valid cuDNN algorithm to run convolution",
    r"Could not allocate tensor with \d+ bytes\. There is not enough GPU video memory available",
    r"Not enough memory, use lower resolution \(max approx\. \d+x\d+\)\. Need: [\d.]+GB free, Have:[\d.]+GB free",
    r"\[enforce fail at [\w.\\/:]+\] [\w =().]*DefaultCPUAllocator: [\w' ]+: you tried to allocate \d+ bytes",
)


class Report(TypedDict):
    program: list[str]
    facts: dict[str, str | None]
    webuiVersion: str | None
    device: ReportedDevice
    latentUpscalers: list[str]
    imageUpscalers: list[str]


class ReportedDevice(TypedDict):
    type: str
    hip: str | None
    name: str | None
    totalMiB: float | None
    uuid: str | None
    pci: Pci | None
    driverUuid: str | None
    driverBusId: str | None


class Pci(TypedDict):
    domain: int
    bus: int
    device: int


class TorchCounters(TypedDict):
    allocatedMiB: float
    reservedMiB: float
    activePeakMiB: float
    reservedPeakMiB: float
    allocRetries: int
    ooms: int


class WholeDevice(TypedDict):
    freeMiB: float
    totalMiB: float
    integrated: bool


class Company(TypedDict):
    scripts: list[Script]
    chosenScript: str | None
    networks: dict[str, int]
    lengths: list[int] | None


class Script(TypedDict):
    title: str
    file: str
    handed: list[Handed]


class Handed(TypedDict):
    value: str
    on: bool | None


Because = Literal[
    "busy",
    "no-model",
    "no-processing",
    "no-counters",
    "cap-refused",
    "cancelled",
    "interrupted",
    "shim-failed",
]


class Picture(TypedDict):
    parameter: str
    width: int
    height: int
    grey: int
    isInList: bool


class Hello(TypedDict):
    type: Literal["hello"]
    protocol: int
    shimVersion: str
    pid: int
    hasGenerated: bool


class Environment(TypedDict):
    type: Literal["environment"]
    report: Report


class HostMemory(TypedDict):
    type: Literal["host-memory"]
    torch: TorchCounters | None
    generating: bool
    device: WholeDevice | None
    loaded: str | None
    collected: bool


class RunStarted(TypedDict):
    type: Literal["run-started"]
    runId: str
    torch: TorchCounters | None
    startedAtMs: float


class RunMark(TypedDict):
    type: Literal["run-mark"]
    runId: str
    at: str
    afterMs: float
    facts: dict[str, str | None]
    company: Company | None
    torch: TorchCounters | None


class RanOut(TypedDict):
    type: Literal["ran-out"]
    runId: str
    text: str


class RunEnded(TypedDict):
    type: Literal["run-ended"]
    runId: str
    returned: bool
    stopFlags: list[str]
    errorSigns: list[str]
    error: str | None
    afterMs: float
    torch: TorchCounters | None


class RunRefused(TypedDict):
    type: Literal["run-refused"]
    runId: str
    because: Because
    detail: str | None


class Welcome(TypedDict):
    type: Literal["welcome"]
    protocol: int
    version: str


class Run(TypedDict):
    type: Literal["run"]
    runId: str
    capMiB: float | None
    kind: str
    parameters: dict[str, Any]
    pictures: list[Picture]


class Cancel(TypedDict):
    type: Literal["cancel"]
    runId: str


class DeviceMemory(TypedDict):
    type: Literal["device-memory"]
    wanted: bool


class Refused(TypedDict):
    type: Literal["refused"]
    reason: str
    message: str


class Error(TypedDict):
    type: Literal["error"]
    reason: Literal["bad-message", "too-many-messages", "not-now", "internal"]
    message: str


ToSidecar = Hello | Environment | HostMemory | RunStarted | RunMark | RanOut | RunEnded | RunRefused
ToShim = Welcome | Run | Cancel | DeviceMemory | Refused | Error
