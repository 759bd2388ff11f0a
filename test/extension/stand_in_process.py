"""The stand-in WebUI as a process, with the shim in it and the fake sidecar in the place of Node.js."""

import asyncio
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parents[2]
FAKE = Path(__file__).parent / "fakes" / "sidecar.py"
LISTENING = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")


class StandIn:
    """`flags` are the stand-in's, `api` its own; the extension is a copy of ours whose bundle is never read."""

    def __init__(self, folder, *flags, api=True):
        self.folder = folder
        extension = folder / "extensions" / "sd-webui-headroom"
        for name in ("extension", "scripts"):
            shutil.copytree(ROOT / name, extension / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "install.py", extension)
        (extension / "dist").mkdir()
        (extension / "dist" / "headroom.mjs").write_text("// not read by the fake")
        node = folder / "node"
        version, serve = 'test "$1" = --version && echo v24.19.0 && exit', f'exec "{sys.executable}" "{FAKE}" serve'
        node.write_text(f"#!/bin/sh\n{version}\n{serve}\n")
        node.chmod(node.stat().st_mode | stat.S_IXUSR)
        self.data = folder / "data"
        self.log = folder / "log"
        self.heard_file = folder / "heard"
        environment = {**os.environ, "HEADROOM_NODE": str(node), "HEARD": str(self.heard_file), "COMMANDLINE_ARGS": ""}
        main = str(ROOT / "test" / "stand_in" / "main.py")
        places = ["--data-dir", str(self.data), "--extensions-dir", str(folder / "extensions")]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, main, *places, "--pace", "0", *(["--api"] if api else []), *flags],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
            )

    @property
    def lives(self):
        """How many times the page was served."""
        return LISTENING.findall(self.log.read_text())

    @property
    def port(self):
        return int(self.lives[-1])

    def heard(self, kind):
        if not self.heard_file.is_file():
            return []
        lines = [json.loads(line) for line in self.heard_file.read_text(encoding="utf-8").splitlines()]
        return [message for role, message in lines if role == "/host" and message["type"] == kind]

    def heard_after(self, kind, last, run_id):
        """Those of a kind that came after the message `last` of a run."""
        lines = [json.loads(line)[1] for line in self.heard_file.read_text(encoding="utf-8").splitlines()]
        at = next(
            (at for at, message in enumerate(lines) if message["type"] == last and message["runId"] == run_id),
            len(lines),
        )
        return [message for message in lines[at:] if message["type"] == kind]

    def post(self, path, body):
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def visit(self, *messages, until="sidecar", **headers):
        """What the page hears first of the kind `until`."""

        async def page():
            url = f"ws://127.0.0.1:{self.port}/headroom/ws"
            async with websockets.connect(
                url, extra_headers={"Origin": f"http://127.0.0.1:{self.port}", **headers}
            ) as socket:
                for message in messages:
                    await socket.send(json.dumps(message))
                async for text in socket:
                    if json.loads(text)["type"] == until:
                        return json.loads(text)

        return asyncio.run(asyncio.wait_for(page(), 30))

    def ask_host(self, message):
        self.visit({"type": "to-host", "message": message}, {"type": "runs", "requestId": 1}, until="heard")

    def sidecars(self):
        """Pids of the fakes that this stand-in started and that are alive."""
        pids = {int(line) for line in self.heard_file.with_suffix(".pids").read_text().split()}
        return [pid for pid in pids if _is_alive(pid)]

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=20)


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
