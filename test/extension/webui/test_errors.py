"""What each sign means is test/service/hosts/out-of-memory.test.ts's affair."""

import pytest
from headroom.webui.errors import MOST_SIGNS, drop, memory_words, signs_of
from headroom.wire.messages import MAX_MEMORY_ERROR

CUDA = "CUDA out of memory. Tried to allocate 27.12 GiB. GPU 0 has a total capacty of 11.99 GiB"
TORCHS_OWN = type("OutOfMemoryError", (RuntimeError,), {})


@pytest.mark.parametrize(
    ("error", "signs"),
    [
        (RuntimeError(CUDA), ["device-ran-out"]),
        (RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be reported later"), ["device-ran-out"]),
        (
            RuntimeError("the first line\nNot enough memory, use lower resolution (max approx. 640x640)"),
            ["sliced-attention"],
        ),
        (
            RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
            ["library-status"],
        ),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate"), ["cpu-allocator"]),
        (TORCHS_OWN(CUDA), ["torch-class", "device-ran-out"]),
        (MemoryError(), ["python-class"]),
        (ValueError(CUDA), []),
        (RuntimeError("expected scalar type Half but found Float"), []),
    ],
)
def test_an_error_is_told_by_its_signs_and_not_by_its_text(error, signs):
    assert signs_of(error) == signs


def test_errors_behind_it_are_looked_at_as_well_the_outermost_first():
    with pytest.raises(MemoryError) as caught:
        try:
            raise RuntimeError(CUDA)
        except RuntimeError:
            raise MemoryError("broken") from None
    assert signs_of(caught.value) == ["python-class", "device-ran-out"]


def test_errors_that_are_behind_one_another_end():
    first, second = MemoryError(), MemoryError()
    first.__cause__, second.__cause__ = second, first
    assert signs_of(first) == ["python-class"] * 2
    for _ in range(30):
        first, first.__cause__ = MemoryError(), first
    assert len(signs_of(first)) <= MOST_SIGNS


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


START = "CUDA out of memory. Tried to allocate"
CUBLAS = "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"
SLICED = "Not enough memory, use lower resolution (max approx. 640x640). Need: 1.5GB free, Have:0.1GB free"
RAM = (
    "[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: "
    "you tried to allocate 9437"
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TORCHS_OWN(CUDA), CUDA),
        (RuntimeError(f"{CUBLAS}\nCUDA kernel errors might be reported later"), CUBLAS),
        (RuntimeError("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"), "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"),
        (RuntimeError(SLICED), SLICED),
        (RuntimeError(f"{RAM} bytes. Error code 12 (Cannot allocate memory)"), f"{RAM} bytes"),
        (RuntimeError("a secret wish: CUDA out of memory. Tried to allocate 2.00 GiB"), None),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB\na secret wish"), f"{START} 2.00 GiB"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB 'a secret wish'"), f"{START} 2.00 GiB "),
        (RuntimeError("CUDA out of memory of a secret wish"), None),
        (ValueError(CUDA), None),
        (MemoryError("a secret wish"), None),
    ],
)
def test_of_an_error_its_own_words_are_told_and_nothing_before_or_behind_them(error, words):
    assert memory_words(error) == words


def test_the_words_may_be_those_of_an_error_behind_it():
    with pytest.raises(ValueError) as caught:
        try:
            raise TORCHS_OWN(CUDA)
        except RuntimeError as error:
            raise ValueError("a secret wish") from error
    assert memory_words(caught.value) == CUDA
    assert len(memory_words(TORCHS_OWN(CUDA + " x" * 2000))) == MAX_MEMORY_ERROR
