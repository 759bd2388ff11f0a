"""What the WebUI is doing."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from modules import devices


class State:
    def __init__(self) -> None:
        self.skipped = False
        self.interrupted = False
        self.stopping_generation = False
        self.job = ""
        self.job_no = 0
        self.job_count = 0
        self.processing_has_refined_job_count = False
        self.job_timestamp = "0"
        self.sampling_step = 0
        self.sampling_steps = 0
        self.current_latent = None
        self.current_image = None
        self.current_image_sampling_step = 0
        self.id_live_preview = 0
        self.textinfo = None
        self.time_start: float | None = None
        self.server_start = time.time()
        self._command: str | None = None
        self._command_given = threading.Event()

    @property
    def server_command(self) -> str | None:
        return self._command

    @server_command.setter
    def server_command(self, value: str | None) -> None:
        self._command = value
        self._command_given.set()

    def wait_for_server_command(self, timeout: float | None = None) -> str | None:
        if not self._command_given.wait(timeout):
            return None
        self._command_given.clear()
        command, self._command = self._command, None
        return command

    def request_restart(self) -> None:
        self.interrupt()
        self.server_command = "restart"

    def skip(self) -> None:
        self.skipped = True

    def interrupt(self) -> None:
        self.interrupted = True

    def stop_generating(self) -> None:
        self.stopping_generation = True

    def nextjob(self) -> None:
        self.job_no += 1
        self.sampling_step = 0
        self.current_image_sampling_step = 0

    def dict(self) -> dict[str, object]:
        names = ("skipped", "interrupted", "stopping_generation", "job", "job_count", "job_timestamp", "job_no")
        return {name: getattr(self, name) for name in (*names, "sampling_step", "sampling_steps")}

    def begin(self, job: str = "(unknown)") -> None:
        self.sampling_step = 0
        self.time_start = time.time()
        self.job_count = -1
        self.processing_has_refined_job_count = False
        self.job_no = 0
        self.job_timestamp = datetime.now().strftime("%Y%m%d%H%M%S")
        self.current_latent = None
        self.current_image = None
        self.skipped = False
        self.interrupted = False
        self.stopping_generation = False
        self.textinfo = None
        self.job = job
        devices.torch_gc()

    def end(self) -> None:
        self.job = ""
        self.job_count = 0
        devices.torch_gc()
