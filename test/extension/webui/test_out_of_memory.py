import pytest
from headroom.webui.out_of_memory import drop, out_of_memory

DEVICE = [
    "CUDA out of memory. Tried to allocate 1024.00 KiB (GPU 0; 11.17 GiB total capacity; 10.90 GiB already allocated)",
    "CUDA out of memory. Tried to allocate 27.12 GiB. GPU 0 has a total capacty of 11.99 GiB of which 0 bytes is free.",
    "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other API call",
    "HIP out of memory. Tried to allocate 432.00 MiB. GPU 0 has a total capacity of 15.92 GiB",
    "MPS backend out of memory (MPS allocated: 8.89 GB, other allocations: 172.98 MB, max allowed: 9.07 GB).",
    "Could not allocate tensor with 4915840 bytes. There is not enough GPU video memory available!",
    "Not enough memory, use lower resolution (max approx. 640x640). Need: 1.5GB free, Have:0.1GB free",
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    "CUDA driver error: out of memory",
    "XPU out of memory. Tried to allocate 2.00 GiB",
]
HOST = (
    r"[enforce fail at ..\c10\core\impl\alloc_cpu.cpp:72] data. "
    r"DefaultCPUAllocator: not enough memory: you tried to allocate"
)
NEITHER = [
    "make room for memory",
    "the sampler ran out of memory of the prompt",
    "expected scalar type Half but found Float",
    "CUDA error: an illegal memory access was encountered",
]


@pytest.mark.parametrize("text", DEVICE)
def test_a_device_that_ran_out_is_recognised_in_every_wording(text):
    assert out_of_memory(RuntimeError(text)) == "device"


@pytest.mark.parametrize("text", NEITHER)
def test_the_words_alone_do_not_make_an_out_of_memory(text):
    assert out_of_memory(RuntimeError(text)) is None


def test_torchs_own_class_needs_no_words():
    assert out_of_memory(type("OutOfMemoryError", (RuntimeError,), {})("")) == "device"


def test_an_error_raised_while_handling_an_out_of_memory_counts_as_one():
    with pytest.raises(ValueError, match="broken") as caught:
        try:
            raise RuntimeError(DEVICE[0])
        except RuntimeError:
            raise ValueError("broken") from None
    assert out_of_memory(caught.value) == "device"


def test_the_hosts_memory_is_told_apart_from_the_devices():
    assert out_of_memory(RuntimeError(HOST)) == "host"
    assert out_of_memory(MemoryError()) == "host"


def test_a_dropped_error_holds_no_frames():
    try:
        try:
            raise RuntimeError("inner")
        except RuntimeError as inner:
            raise ValueError("outer") from inner
    except ValueError as error:
        drop(error)
        assert error.__traceback__ is None
        assert error.__cause__ is None
        assert error.__context__ is None
