import errno
import os
import stat
import sys
import tempfile

import pytest
from headroom.process.paths import choose_data_dir, is_writable


@pytest.fixture
def blocked(tmp_path, monkeypatch):
    """A data folder that cannot be written, and a temporary folder of the test's own."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    data_path = tmp_path / "data"
    data_path.mkdir()
    (data_path / "headroom").write_text("a file in the way")
    return data_path


def test_data_goes_where_the_webui_keeps_the_persons_data(tmp_path):
    chosen = choose_data_dir(tmp_path)
    assert chosen.path == tmp_path / "headroom"
    assert chosen.notice is None
    assert list(chosen.path.iterdir()) == []


def test_where_that_cannot_be_written_a_temporary_place_is_taken_and_told(blocked):
    chosen = choose_data_dir(blocked)
    assert is_writable(chosen.path)
    assert str(blocked / "headroom") in chosen.notice
    assert str(chosen.path) in chosen.notice


def test_where_no_temporary_place_can_be_made_either_that_is_told(blocked, monkeypatch):
    def no_space(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "mkdir", no_space)
    chosen = choose_data_dir(blocked)
    assert chosen.path == blocked / "headroom"
    assert "nor can a temporary folder be made" in chosen.notice


def test_the_temporary_place_is_the_same_at_each_start_and_another_for_another_data_folder(blocked, tmp_path):
    first = choose_data_dir(blocked).path
    assert choose_data_dir(blocked).path == first
    other = tmp_path / "other"
    other.mkdir()
    (other / "headroom").write_text("a file in the way")
    assert choose_data_dir(other).path != first


@pytest.mark.skipif(sys.platform == "win32", reason="the temporary folder of Windows is the user's own")
def test_the_temporary_place_is_closed_to_others(blocked):
    assert stat.S_IMODE(choose_data_dir(blocked).path.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="the temporary folder of Windows is the user's own")
@pytest.mark.parametrize("trap", ["link", "open folder", "file"])
def test_what_somebody_else_may_have_put_there_is_not_used(blocked, tmp_path, trap):
    expected = choose_data_dir(blocked).path
    expected.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if trap == "link":
        expected.symlink_to(elsewhere)
    elif trap == "file":
        expected.write_text("")
    else:
        expected.mkdir()
        expected.chmod(0o777)
    chosen = choose_data_dir(blocked).path
    assert chosen != expected
    assert is_writable(chosen)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_the_folder_is_the_users_alone(tmp_path):
    chosen = choose_data_dir(tmp_path / "new" / "webui")
    assert chosen.path.stat().st_mode & 0o777 == 0o700
