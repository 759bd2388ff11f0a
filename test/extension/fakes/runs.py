"""Runs of the fake WebUI, by name, as the shim tells them.

test/fixtures/hosts/runs.json holds each with what the sidecar makes of it.
"""

from headroom.webui.error_watch import ErrorWatch
from headroom.webui.generation import Generation
from headroom.webui.ordinary import OrdinaryRuns

from .torch import FakeCuda, fake_torch
from .webui import FakeImg2Img, FakeProcessing, FakeWebui

BURSTS = {
    "encode": (2500, 2600),
    "conditioning": (2200, 2300),
    "sampling": (4000, 4400),
    "upscale": (5000, 5200),
    "hires_sampling": (6000, 6600),
    "decode": (3000, 4500),
}
PROMPT = "a secret wish"
OUT = FakeCuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
SLICES = RuntimeError(
    "Not enough memory, use lower resolution (max approx. 640x640). Need: 1.5GB free, Have:0.1GB free"
)


class Rig:
    """`raises` at the piece of work of that name; `counted` says that torch's allocator saw it; `rescues` is called
    instead of raising.
    """

    def __init__(self, *, raises=None, at="sampling", counted=False, rescued=False, interrupts=False, device="cuda"):
        self.cuda = FakeCuda()
        self.raises, self.at, self.counted, self.interrupts = raises, at, counted, interrupts
        self.rescues = rescued and (lambda: None)
        self.webui = FakeWebui(torch=fake_torch(self.cuda), burst=self.burst, device=device)
        self.sent = []

    def burst(self, name):
        self.cuda.use(*BURSTS[name])
        if self.interrupts:
            self.webui.state.interrupt()
        if self.raises is not None and name == self.at:
            self.cuda.ooms += self.counted
            if not self.rescues:
                raise self.raises
            self.rescues()


class Runner:
    """The WebUI's script runner with our script in it."""

    def __init__(self, ordinary, scripts=(), selectable=()):
        self.alwayson_scripts = list(scripts)
        self.selectable_scripts = list(selectable)
        self.process = ordinary.process
        self.before_process_batch = lambda p, batch_number: ordinary.before_process_batch(p)
        self.process_before_every_sampling = lambda p, x, noise, c, uc: ordinary.process_before_every_sampling(p, c, uc)
        self.post_sample = lambda p, ps: ordinary.post_sample(p)
        self.postprocess_batch = lambda p, batch_number: ordinary.postprocess_batch(p)
        self.postprocess = lambda p, processed: ordinary.postprocess(p)

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def benchmark(request, **rig):
    """What the shim says of a run that it was asked for."""
    rig = Rig(**rig)
    Generation(rig.webui, rig.sent.append, lock_limit_s=0.1).run(request)
    return rig.sent


def ordinary(kind=FakeProcessing, *, fields, **rig):
    """What it says of a person's own, till the queue is free again."""
    rig = Rig(**rig)
    runs = OrdinaryRuns(rig.webui, rig.sent.append, on_run=lambda: None)
    ErrorWatch(rig.webui, runs.raised).start()
    rig.rescues = rig.rescues and runs.rescued
    p = kind(prompt=PROMPT, **fields)
    p.all_prompts, p.all_negative_prompts = [PROMPT], [""]
    p.scripts, p.script_args = Runner(runs), ()
    try:
        with rig.webui.lock:
            rig.webui.process_images(p)
    except RuntimeError:
        pass
    runs.look()
    return rig.sent


BENCHMARK_RUNS = {
    "txt2img": {},
    "img2img": {},
    "hires_latent": {},
    "hires_image": {},
    "hires_image, cropped": {},
    "out of memory while sampling": {"raises": OUT, "counted": True},
    "slices that do not fit": {"raises": SLICES},
    "out of memory before sampling": {"raises": OUT, "at": "conditioning"},
    "img2img out of memory before sampling": {"raises": OUT, "at": "conditioning"},
    "another error": {"raises": RuntimeError("no such tensor")},
    "interrupted": {"interrupts": True},
    "without counters": {"device": "cpu"},
    "the host's memory on the CPU": {"raises": MemoryError(), "device": "cpu"},
}
ORDINARY_RUNS = {
    "a person's txt2img": {"fields": {"width": 640, "height": 512, "batch_size": 2}},
    "a person's img2img": {"kind": FakeImg2Img, "fields": {"init_images": ["image"]}},
    "a person's hires": {"fields": {"enable_hr": True, "hr_upscaler": "Lanczos", "hr_scale": 1.5}},
    "a person's hires latent": {"fields": {"enable_hr": True, "hr_upscaler": "Latent", "hr_scale": 1.5}},
    "a person's, interrupted": {"fields": {}, "interrupts": True},
    "a person's, out of memory": {"fields": {}, "raises": OUT, "counted": True},
    "a person's, slices that do not fit": {"fields": {}, "raises": SLICES},
    "a person's, another error": {"fields": {}, "raises": RuntimeError(PROMPT)},
    "a person's, out of memory before sampling": {"fields": {}, "raises": OUT, "at": "conditioning", "counted": True},
    "a person's, an error before sampling": {"fields": {}, "raises": RuntimeError(PROMPT), "at": "conditioning"},
    "a person's on the CPU": {"fields": {}, "device": "cpu"},
    "a person's, its decode out of memory": {"fields": {}, "raises": OUT, "at": "decode", "counted": True},
    "a person's, its decode rescued": {
        "fields": {},
        "raises": OUT,
        "at": "decode",
        "counted": True,
        "rescued": True,
    },
}
