"""What is generated for the functions that the card does not define itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "blank-card"))

from symbols import DRIVER_NAMES, names_in, source


def test_what_is_not_known_answers_0():
    assert "long cudaStreamSynchronize(void) { return 0; }" in source(["cudaStreamSynchronize"])


def test_what_would_leave_a_pointer_unset_is_refused():
    text = source(["cudaMallocAsync", "cudaGraphInstantiate"], refused=["cuMulticastCreate"])
    assert text.count("return 801;") == 3


def test_older_descriptors_are_made():
    assert "int cudnnCreateTensorDescriptor(void **made)" in source(["cudnnCreateTensorDescriptor"])


def test_names_that_a_library_looks_up_are_read_from_its_texts(tmp_path):
    library = tmp_path / "lib.so"
    library.write_bytes(b"\x00cuMemCreate\x00cuMemMap\x00not a cuMemName\x00cudaMalloc\x00xcuMemUnmap\x00")
    assert names_in(library, DRIVER_NAMES) == {"cuMemCreate", "cuMemMap"}
