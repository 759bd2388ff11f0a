"""A running stand-in WebUI with an extension that writes down what it is told."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).resolve().parent
MAIN = HERE.parent / "stand_in" / "main.py"


class StandIn:
    """One process. `waiting_s` is a limit, not a measure."""

    waiting_s = 60

    def __init__(self, data_dir, *arguments, environment=None):
        self.data_dir = data_dir
        extension = data_dir / "extensions" / "probe"
        if not extension.exists():
            shutil.copytree(HERE / "probe", extension)
        self.extension = extension
        command = [sys.executable, str(MAIN), "--data-dir", str(data_dir), "--pace", "0.1", "--api", *arguments]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "COMMANDLINE_ARGS": "", **(environment or {})},
        )
        self.lines = []
        self.news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self.wait_for_line("listening on ").rsplit(" ", 1)[1]
        self.client = httpx.Client(base_url=self.url, timeout=60)

    def _read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip())
                self.news.notify_all()
        with self.news:
            self.lines.append(None)
            self.news.notify_all()

    def wait_for_line(self, start, times=1):
        def found():
            return [line for line in self.lines if line is not None and line.startswith(start)]

        with self.news:
            self.news.wait_for(lambda: len(found()) >= times or None in self.lines, timeout=self.waiting_s)
        assert len(found()) >= times, self.lines
        return found()[times - 1]

    def notes(self):
        return [json.loads(line) for line in (self.data_dir / "probe.ndjson").read_text(encoding="utf-8").splitlines()]

    def names_since(self, count):
        return [note["name"] for note in self.notes()[count:]]

    def generate(self, kind="txt2img", **fields):
        return self.client.post(f"/sdapi/v1/{kind}", json={"send_images": False, "steps": 4, **fields})

    def control(self, **fields):
        answer = self.client.post("/stand-in/control", json=fields)
        answer.raise_for_status()
        return answer.json()

    def smi(self, *arguments):
        binary = HERE.parent / "simulated_card" / "bin" / "nvidia-smi"
        environment = {**os.environ, "HEADROOM_SIM_STATE": str(self.data_dir / "simulated-card.json")}
        command = [sys.executable, str(binary), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout

    def stop(self):
        self.client.close()
        self.process.terminate()
        self.process.wait(timeout=120)


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """One for all tests that leave it as it was."""
    stand_in = StandIn(tmp_path_factory.mktemp("stand-in"), environment={"COMMANDLINE_ARGS": "--api"})
    stand_in.generate(width=256, height=256)
    yield stand_in
    stand_in.stop()


@pytest.fixture
def start(tmp_path):
    """Starts one with the arguments given; it is stopped after the test."""
    started = []

    def begin(*arguments, **more):
        started.append(StandIn(tmp_path, *arguments, **more))
        return started[-1]

    yield begin
    for stand_in in started:
        stand_in.stop()
