"""What each sign means is test/service/hosts/out-of-memory.test.ts's affair."""

import pytest
from headroom.webui.errors import MOST_SIGNS, drop, signs_of

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
