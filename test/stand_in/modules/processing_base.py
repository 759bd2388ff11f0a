"""A generation's settings by the WebUI's names, and its state while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from modules import sd_samplers, shared
from modules.latents import Latents
from modules.script_runner import ScriptRunner
from modules.shared import opts, state
from modules.simulation import simulation


@dataclass(repr=False)
class StableDiffusionProcessing:
    """Settings of a generation by the WebUI's names, and its state while it runs."""

    sd_model: Any = None
    outpath_samples: Any = None
    outpath_grids: Any = None
    prompt: Any = ""
    negative_prompt: Any = ""
    styles: Any = None
    seed: Any = -1
    subseed: Any = -1
    subseed_strength: Any = 0
    sampler_name: Any = None
    scheduler: Any = None
    batch_size: Any = 1
    n_iter: Any = 1
    steps: Any = 50
    cfg_scale: Any = 7.0
    width: Any = 512
    height: Any = 512
    restore_faces: Any = None
    tiling: Any = None
    do_not_save_samples: Any = False
    do_not_save_grid: Any = False
    extra_generation_params: Any = None
    denoising_strength: Any = None
    override_settings: Any = None
    override_settings_restore_afterwards: Any = True
    refiner_checkpoint: Any = None
    refiner_switch_at: Any = None
    disable_extra_networks: Any = False
    do_not_reload_embeddings: Any = False
    eta: Any = None

    # Conditioning of the last prompts, kept on the card from run to run, as the WebUI keeps it.
    cached_c: ClassVar[list[Any]] = [None, None]

    def __post_init__(self) -> None:
        self.styles = self.styles or []
        self.extra_generation_params = self.extra_generation_params or {}
        self.override_settings = self.override_settings or {}
        self.comments: dict[str, int] = {}
        self.sampler: sd_samplers.Sampler | None = None
        self.is_hr_pass = False
        self.is_api = False
        self.iteration = 0
        self.c: Any = None
        self.uc: Any = None
        self.user: str | None = None
        self.scripts_value: ScriptRunner | None = None
        self.script_args_value: Any = ()
        self.scripts_setup_complete = False

    @property
    def scripts(self) -> ScriptRunner | None:
        return self.scripts_value

    @scripts.setter
    def scripts(self, value: ScriptRunner | None) -> None:
        self.scripts_value = value
        self._setup_scripts()

    @property
    def script_args(self) -> Any:
        return self.script_args_value

    @script_args.setter
    def script_args(self, value: Any) -> None:
        self.script_args_value = value
        self._setup_scripts()

    def _setup_scripts(self) -> None:
        if self.scripts_value and self.script_args_value and not self.scripts_setup_complete:
            self.scripts_setup_complete = True
            self.scripts_value.setup_scrips(self, is_ui=not self.is_api)

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        """Before the first batch."""

    def sample(
        self,
        conditioning: Any,
        unconditional_conditioning: Any,
        seeds: list[int],
        subseeds: list[int],
        subseed_strength: float,
        prompts: list[str],
    ) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        self.sampler = None
        self.c = None
        self.uc = None
        if not opts.persistent_cond_cache:
            StableDiffusionProcessing.cached_c[:] = [None, None]

    def setup_prompts(self) -> None:
        count = self.batch_size * self.n_iter
        self.all_prompts = self.prompt if isinstance(self.prompt, list) else [self.prompt] * count
        self.all_negative_prompts = [self.negative_prompt] * len(self.all_prompts)
        self.main_prompt = self.all_prompts[0]

    def setup_conds(self) -> None:
        """Encodes the prompts, unless the last run had the same, and the same size."""
        size = (self.width, self.height)
        key = (tuple(self.prompts), self.negative_prompt, shared.sd_model.sd_checkpoint_info, size)
        cache = StableDiffusionProcessing.cached_c
        if cache[0] != key:
            shared.sd_model.weights.need("text")
            with simulation.phase():
                cache[:] = [key, shared.sd_model.phases.text_encoding(2)]
        self.c = self.uc = cache[1]

    def save_samples(self) -> bool:
        return opts.samples_save and not self.do_not_save_samples and not state.interrupted and not state.skipped

    def noise(self, width: int, height: int) -> Latents:
        with simulation.phase():
            return Latents(shared.sd_model.phases.latents(width, height, self.batch_size), width, height)


# Always the loaded checkpoint, whatever was handed in; and nothing here may keep an old one's weights.
StableDiffusionProcessing.sd_model = property(lambda _self: shared.sd_model, lambda _self, _value: None)
