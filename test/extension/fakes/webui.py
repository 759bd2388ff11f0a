"""A WebUI of plain objects: options, job state, queue, and a generation that calls hooks in A1111 1.10.1's order."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from headroom.webui.a1111 import Webui

from .torch import fake_torch


class FakeState:
    def __init__(self):
        self.job = ""
        self.job_count = 0
        self.interrupted = self.skipped = self.stopping_generation = False
        self.time_start = None
        self.job_timestamp = "0"
        self.jobs = []

    def begin(self, job):
        self.job, self.job_count = job, -1
        self.time_start = time.time()
        self.job_timestamp = time.strftime("%Y%m%d%H%M%S")
        self.interrupted = self.skipped = self.stopping_generation = False
        self.jobs.append(job)

    def end(self):
        self.job, self.job_count = "", 0

    def interrupt(self):
        self.interrupted = True


class FakeSampler:
    def __init__(self, work):
        self.work = work

    def launch_sampling(self, steps, func):
        return func()

    def sample(self):
        return self.launch_sampling(2, self.work)


@dataclass
class FakeProcessing:
    """The fields that the shim sets; `burst` is called with the name of each piece of work."""

    sd_model: Any = None
    prompt: str = ""
    negative_prompt: str = ""
    seed: int = -1
    sampler_name: str = ""
    scheduler: str = ""
    steps: int = 20
    batch_size: int = 1
    n_iter: int = 1
    width: int = 512
    height: int = 512
    denoising_strength: float = 0.0
    do_not_save_samples: bool = False
    do_not_save_grid: bool = False
    override_settings: dict = field(default_factory=dict)
    enable_hr: bool = False
    hr_upscaler: str | None = None
    hr_scale: float = 2.0
    hr_resize_x: int = 0
    hr_resize_y: int = 0
    hr_second_pass_steps: int = 0

    def __post_init__(self):
        self.scripts = None
        self.script_args = {}
        self.is_hr_pass = False
        self.closed = False
        self.sampler = None
        self.latent_scale_mode = {"mode": "bilinear"} if str(self.hr_upscaler).startswith("Latent") else None
        self.truncate_x = self.truncate_y = 0
        self.cached_c = FakeProcessing.cached_c

    cached_c = ["the person's", "conditioning"]  # noqa: RUF012 - shared by all, as the WebUI's is

    def close(self):
        self.closed = True


@dataclass
class StableDiffusionProcessingImg2Img(FakeProcessing):
    """By the WebUI's own name."""

    init_images: list | None = None
    image_mask: Any = None


FakeImg2Img = StableDiffusionProcessingImg2Img


class FakeWebui(Webui):
    """`burst(name)` is called for each piece of work: encode, conditioning, sampling, upscale, hires_sampling,
    decode.
    """

    def __init__(self, *, device="cuda", torch=None, burst=lambda name: None, data_path=".", medvram=False):
        self.burst = burst
        # A1111's lowvram.module_in_gpu: moved as it is called, and away after a whole generation alone.
        self.lowvram = SimpleNamespace(module_in_gpu=None, send_everything_to_cpu=self._send_everything_to_cpu)
        self.fake_torch = torch or fake_torch()
        self.fake_state = FakeState()
        self.cmd_opts = SimpleNamespace(no_prompt_history=False)
        self.fake_opts = SimpleNamespace(live_previews_enable=True, save_init_img=True, batch_cond_uncond=True)
        self.lock = threading.Lock()
        self.made = []
        self.seen = []
        self.gcs = 0
        self.path = Path(data_path)
        # What A1111 1.10.1 is made of, of headroom.program's marks.
        self.own = {
            "modules.launch_utils": SimpleNamespace(),
            "modules.lowvram": SimpleNamespace(),
            "modules.sd_hijack": SimpleNamespace(model_hijack=SimpleNamespace(optimization_method=None)),
            "modules.sd_models": SimpleNamespace(model_data=SimpleNamespace(sd_model=None)),
        }
        self.fake_shared = SimpleNamespace(
            opts=self.fake_opts,
            state=self.fake_state,
            cmd_opts=self.cmd_opts,
            sd_model=SimpleNamespace(is_sd1=True, lowvram=medvram),
            latent_upscale_modes={"Latent": {}},
            sd_upscalers=[SimpleNamespace(name="None"), SimpleNamespace(name="Lanczos")],
            total_tqdm=SimpleNamespace(clear=lambda: None),
        )
        self.fake_devices = SimpleNamespace(device=SimpleNamespace(type=device, index=None), torch_gc=self._gc)
        self.processing = SimpleNamespace(
            StableDiffusionProcessingTxt2Img=self._make(FakeProcessing),
            StableDiffusionProcessingImg2Img=self._make(FakeImg2Img),
            process_images=self.process_images,
            process_images_inner=self._process_images_inner,
        )

    def _compute(self, name):
        if self.fake_shared.sd_model is not None and self.fake_shared.sd_model.lowvram:
            self.lowvram.module_in_gpu = name
        self.burst(name)

    def _send_everything_to_cpu(self):
        self.lowvram.module_in_gpu = None

    def _gc(self):
        self.gcs += 1

    def _make(self, kind):
        def make(**fields):
            p = kind(**fields)
            self.made.append(p)
            return p

        import inspect

        make.__signature__ = inspect.signature(kind)
        return make

    def module(self, name):
        modules = {
            "shared": self.fake_shared,
            "processing": self.processing,
            "devices": self.fake_devices,
            "lowvram": self.lowvram,
        }
        return modules.get(name)

    def own_module(self, name):
        return self.own.get(name)

    torch = property(lambda self: self.fake_torch)
    queue_lock = property(lambda self: self.lock)
    data_path = property(lambda self: self.path)

    def process_images(self, p):
        return self.processing.process_images_inner(p)

    def _process_images_inner(self, p):
        self.seen.append((dict(vars(self.cmd_opts)), self.lock.locked(), self.fake_torch.cuda.fraction))
        p.scripts.before_process(p)
        p.scripts.process(p)
        if hasattr(p, "init_images"):
            self._compute("encode")
        if p.enable_hr:
            p.hr_upscale_to_x = p.hr_resize_x or int(p.width * p.hr_scale)
            p.hr_upscale_to_y = p.hr_resize_y or int(p.height * p.hr_scale)
        p.scripts.before_process_batch(p, batch_number=0)
        p.scripts.process_batch(p, batch_number=0)
        self._compute("conditioning")
        self._sample(p, "sampling")
        if p.enable_hr:
            if p.latent_scale_mode is None:
                self._compute("upscale")
            p.is_hr_pass = True
            p.scripts.before_hr(p)
            self._sample(p, "hires_sampling")
            self._compute("decode")
            p.is_hr_pass = False
        p.scripts.post_sample(p, SimpleNamespace(samples=None))
        if not p.enable_hr:
            self._compute("decode")
        if self.fake_shared.sd_model.lowvram:
            self.lowvram.send_everything_to_cpu()
        p.scripts.postprocess_batch(p, batch_number=0)
        p.scripts.postprocess_image(p, SimpleNamespace(image=None))
        p.scripts.postprocess(p, SimpleNamespace(images=[]))

    def _sample(self, p, name):
        p.sampler = FakeSampler(lambda: self._compute(name))
        p.scripts.process_before_every_sampling(p=p, x=None, noise=None, c=None, uc=None)
        p.sampler.sample()
        p.sampler = None
