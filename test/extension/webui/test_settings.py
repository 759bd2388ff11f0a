from types import SimpleNamespace

import pytest
from headroom.webui.settings import HiresParameters, hires_parameters, settings_of, uncropped_target


def hires(width, height, target, uncropped=None):
    uncropped = uncropped or target
    sizes = {"width": target[0], "height": target[1], "uncroppedWidth": uncropped[0], "uncroppedHeight": uncropped[1]}
    return {
        "operation": "hires_latent",
        "width": width,
        "height": height,
        "batchSize": 1,
        "hires": {**sizes, "upscaler": None},
    }


@pytest.mark.parametrize(
    ("width", "height", "target", "uncropped"),
    [
        (512, 512, (1024, 1024), (1024, 1024)),
        (512, 768, (768, 1152), (768, 1152)),
        (640, 448, (1088, 760), (1088, 760)),
        (512, 512, (1024, 768), (1024, 1024)),
        (256, 256, (400, 600), (600, 600)),
    ],
)
def test_the_webui_arrives_at_the_target_asked_for(width, height, target, uncropped):
    found = hires_parameters(hires(width, height, target, uncropped))
    assert found is not None
    reached = uncropped_target(width, height, found)
    assert (reached[0] // 8, reached[1] // 8) == (uncropped[0] // 8, uncropped[1] // 8)
    if target != uncropped:
        assert (found.resize_x, found.resize_y) == target


def test_a_target_that_no_setting_leads_to_is_not_attempted():
    assert hires_parameters(hires(512, 512, (1024, 768), (2048, 2048))) is None


def test_one_resize_field_keeps_the_proportions():
    assert uncropped_target(256, 256, HiresParameters(2.0, 400, 600)) == (600, 600)


def test_cropping_is_told_apart_from_what_the_upscaler_works_on():
    p = SimpleNamespace(
        width=256,
        height=256,
        batch_size=2,
        enable_hr=True,
        hr_upscale_to_x=600,
        hr_upscale_to_y=600,
        truncate_x=25,
        truncate_y=0,
        hr_upscaler="Lanczos",
        latent_scale_mode=None,
    )
    assert settings_of(p) == {
        "operation": "hires_image",
        "width": 256,
        "height": 256,
        "batchSize": 2,
        "hires": {"width": 400, "height": 600, "uncroppedWidth": 600, "uncroppedHeight": 600, "upscaler": "Lanczos"},
    }


def test_sizes_that_are_no_sizes_are_not_reported():
    for width in (0, -8, 20000, 512.5, True, None):
        assert settings_of(SimpleNamespace(width=width, height=512, batch_size=1)) is None
