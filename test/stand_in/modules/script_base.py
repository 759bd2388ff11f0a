"""The base class of extensions' scripts, and what their hooks are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

AlwaysVisible = object()


@dataclass
class PostSampleArgs:
    samples: Any


@dataclass
class PostprocessImageArgs:
    image: Any


@dataclass
class PostprocessBatchListArgs:
    images: list[Any]


@dataclass
class OnComponent:
    component: Any


class Script:
    """Base class of extensions' scripts; every hook may be left out."""

    name: str | None = None
    section: str | None = None
    filename: str | None = None
    args_from: int = 0
    args_to: int = 0
    alwayson = False
    is_txt2img = False
    is_img2img = False
    tabname = "txt2img"
    group: Any = None
    create_group = True
    infotext_fields: Any = None
    controls: Any = None
    setup_for_ui_only = False
    on_before_component_elem_id: list[tuple[str, Callable[..., Any]]] | None = None
    on_after_component_elem_id: list[tuple[str, Callable[..., Any]]] | None = None

    def title(self) -> str:
        raise NotImplementedError

    def ui(self, is_img2img: bool) -> Any:
        """Components whose values become the hooks' arguments."""

    def show(self, is_img2img: bool) -> Any:
        del is_img2img
        return True

    def run(self, p: Any, *args: Any) -> Any:
        """For scripts that a person selects."""

    def setup(self, p: Any, *args: Any) -> None: ...

    def before_process(self, p: Any, *args: Any) -> None: ...

    def process(self, p: Any, *args: Any) -> None: ...

    def before_process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def process_before_every_sampling(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def before_hr(self, p: Any, *args: Any) -> None: ...

    def post_sample(self, p: Any, ps: PostSampleArgs, *args: Any) -> None: ...

    def postprocess_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def postprocess_batch_list(self, p: Any, pp: PostprocessBatchListArgs, *args: Any, **kwargs: Any) -> None: ...

    def postprocess_image(self, p: Any, pp: PostprocessImageArgs, *args: Any) -> None: ...

    def postprocess_image_after_composite(self, p: Any, pp: PostprocessImageArgs, *args: Any) -> None: ...

    def postprocess(self, p: Any, processed: Any, *args: Any) -> None: ...

    def before_component(self, component: Any, **kwargs: Any) -> None: ...

    def after_component(self, component: Any, **kwargs: Any) -> None: ...

    def elem_id(self, item_id: str) -> str:
        return f"script_{self.tabname}_{self.title().lower().replace(' ', '_')}_{item_id}"
