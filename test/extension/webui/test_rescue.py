import gc
from types import SimpleNamespace

import numpy as np
import pytest
from fakes.tensors import HELD_BY_A_DECODE, SCALE, DecodingWebui, decoded
from fakes.torch import FakeCuda
from headroom.webui.errors import drop
from headroom.webui.options import RESCUE, add_options
from headroom.webui.rescue import NOTE, Rescue

OUT = FakeCuda.OutOfMemoryError
SLICES = "Not enough memory, use lower resolution (max approx. 640x640). Need: 1.5GB free, Have:0.1GB free"


def room_for(side):
    """Of a card on which a square of this side in latent pixels is just decoded, beside a latent of 64 x 64."""
    return int((HELD_BY_A_DECODE + 1.5) * 3 * (side * SCALE) ** 2) + 4 * 64 * 64 + 1000


class Picture:
    """A WebUI's processing object, in its first batch."""

    def __init__(self, n_iter=1):
        self.extra_generation_params = {}
        self.n_iter, self.iteration = n_iter, 0

    note = property(lambda self: self.extra_generation_params.get(NOTE))


class Rig:
    def __init__(self, most, **webui):
        self.webui = DecodingWebui(most, **webui)
        self.rescued = 0
        self.rescue = Rescue(self.webui, self._count)
        self.picture = Picture()
        self.rescue.begin(self.picture)

    def _count(self):
        self.rescued += 1

    def decode(self, latents):
        return self.webui.processing.decode_first_stage(self.webui.model, latents)

    @property
    def decodes(self):
        return [(at if at == "cpu" else "card", *size) for at, *size in self.webui.decodes]


def near(picture, latents):
    np.testing.assert_allclose(picture.values, decoded(latents.values), rtol=1e-5, atol=1e-4)


def test_a_decode_that_fits_is_the_webuis_own():
    rig = Rig(room_for(64))
    latents = rig.webui.latents()
    near(rig.decode(latents), latents)
    assert rig.decodes == [("card", 64, 64)]
    assert (rig.picture.note, rig.rescued) == (None, 0)


def test_one_that_runs_out_is_made_of_the_largest_tiles_that_fit():
    rig = Rig(room_for(40))
    latents = rig.webui.latents()
    picture = rig.decode(latents)
    near(picture, latents)
    assert set(rig.decodes) == {("card", 64, 64), ("card", 40, 40)}
    assert (rig.picture.note, rig.rescued) == ("decoded in tiles of 320 px", 1)


def test_it_comes_back_where_and_as_the_webui_has_its_own():
    rig = Rig(room_for(40))
    picture = rig.decode(rig.webui.latents())
    assert (picture.device, picture.dtype) == (rig.webui.card, "float16")


def test_where_tiles_run_out_smaller_ones_are_tried():
    rig = Rig(room_for(32))
    latents = rig.webui.latents()
    near(rig.decode(latents), latents)
    assert list(dict.fromkeys(rig.decodes)) == [("card", 64, 64), ("card", 40, 40), ("card", 32, 32)]
    assert rig.picture.note == "decoded in tiles of 256 px"


@pytest.mark.parametrize("medvram", [False, True])
def test_where_no_tile_fits_the_cpu_decodes_and_the_network_is_as_it_was(medvram):
    rig = Rig(room_for(16), medvram=medvram)
    latents = rig.webui.latents(1, 64, 80)
    near(rig.decode(latents), latents)
    assert rig.decodes[-1] == ("cpu", 64, 64)
    assert rig.picture.note == "decoded on the CPU"
    vae = rig.webui.model.first_stage_model
    assert vae.weights.dtype == rig.webui.devices.dtype_vae == "float16"
    # The next is decoded as ever.
    small = rig.webui.latents(1, 8, 8)
    near(rig.decode(small), small)
    assert vae.weights.device is rig.webui.card


def test_a_picture_that_does_not_fit_on_the_card_itself_stays_on_the_cpu():
    rig = Rig(room_for(16))
    latents = rig.webui.latents(1, 64, 80)
    picture = rig.decode(latents)
    near(picture, latents)
    assert (picture.device, picture.dtype) == ("cpu", "float16")


def test_where_nothing_helps_the_webuis_own_error_is_raised():
    rig = Rig(room_for(16))
    error = OUT("CUDA out of memory")
    rig.webui.before_decode = lambda: (_ for _ in ()).throw(error)
    with pytest.raises(OUT) as raised:
        rig.decode(rig.webui.latents())
    assert raised.value is error
    assert (rig.picture.note, rig.rescued) == (None, 0)


def test_a_way_that_fails_otherwise_is_passed_over():
    rig = Rig(room_for(40))
    latents = rig.webui.latents()
    fails = [OUT("CUDA out of memory"), ValueError("no such tile")]

    def before():
        if fails:
            raise fails.pop(0)

    rig.webui.before_decode = before
    near(rig.decode(latents), latents)
    assert rig.picture.note == "decoded in tiles of 256 px"


def test_nothing_of_what_failed_is_held_while_it_is_tried_again():
    rig = Rig(room_for(40))
    latents = rig.webui.latents()
    held_before, held = rig.webui.card.held, []
    gc.disable()
    try:
        rig.webui.before_decode = lambda: held.append(rig.webui.card.held)
        rig.decode(latents)
    finally:
        gc.enable()
    assert held[1] == held_before


def test_what_the_attention_that_slices_says_counts_as_running_out():
    rig = Rig(room_for(64))
    fails = [RuntimeError(SLICES)]
    rig.webui.before_decode = lambda: fails and (_ for _ in ()).throw(fails.pop())
    rig.decode(rig.webui.latents())
    assert rig.picture.note == "decoded in tiles of 320 px"


def test_another_error_is_not_touched():
    rig = Rig(room_for(64))
    error = ValueError("a tensor with all NaNs")
    rig.webui.before_decode = lambda: (_ for _ in ()).throw(error)
    with pytest.raises(ValueError) as raised:
        rig.decode(rig.webui.latents())
    assert raised.value is error
    assert len(rig.decodes) == 1


def test_a_batch_that_is_decoded_at_once_is_decoded_picture_by_picture():
    rig = Rig(room_for(64) + 3 * (64 * SCALE) ** 2 * 3)
    latents = rig.webui.latents(2)
    near(rig.decode(latents), latents)
    assert rig.decodes == [("card", 64, 64)] * 3
    assert rig.picture.note == "decoded picture by picture"


def test_interrupt_ends_it_between_two_tiles():
    rig = Rig(room_for(40))

    def press():
        rig.webui.state.interrupted = len(rig.decodes) == 2

    rig.webui.before_decode = press
    with pytest.raises(OUT):
        rig.decode(rig.webui.latents())
    assert len(rig.decodes) == 2


def test_what_was_interrupted_while_it_sampled_is_rescued_as_it_would_be_decoded():
    rig = Rig(room_for(40))
    rig.webui.state.interrupted = True
    rig.decode(rig.webui.latents())
    assert rig.picture.note is not None


def test_each_batch_that_was_rescued_is_named():
    rig = Rig(room_for(40))
    rig.picture.n_iter = 3
    for batch in (0, 2):
        rig.picture.iteration = batch
        rig.decode(rig.webui.latents())
    assert rig.picture.note == "decoded in tiles of 320 px in batch 1; decoded in tiles of 320 px in batch 3"


def test_a_generation_within_another_is_noted_in_both():
    rig = Rig(room_for(40))
    inner = Picture()
    rig.rescue.begin(inner)
    rig.decode(rig.webui.latents())
    assert rig.picture.note == inner.note == "decoded in tiles of 320 px"


@pytest.mark.parametrize("over", ["end", "forget"])
def test_a_decode_of_no_persons_generation_is_not_rescued(over):
    rig = Rig(room_for(40))
    if over == "end":
        rig.rescue.end(rig.picture)
    else:
        rig.rescue.forget()
    with pytest.raises(OUT) as raised:
        rig.decode(rig.webui.latents())
    drop(raised.value)
    assert len(rig.decodes) == 1


def test_a_picture_whose_parameters_cannot_say_so_is_not_rescued():
    rig = Rig(room_for(40))
    del rig.picture.extra_generation_params
    with pytest.raises(OUT):
        rig.decode(rig.webui.latents())


def test_without_the_option_nothing_is_wrapped():
    for options in ({}, {RESCUE: False}):
        rig = Rig(room_for(40), options=options)
        assert rig.webui.processing.decode_first_stage == rig.webui.decode_first_stage


@pytest.mark.parametrize("off", ["option", "stop"])
def test_when_it_is_switched_off_the_webuis_own_function_is_back(off):
    rig = Rig(room_for(40))
    assert rig.webui.processing.decode_first_stage != rig.webui.decode_first_stage
    if off == "option":
        rig.webui.opts.headroom_rescue = False
        rig.rescue.begin(Picture())
    else:
        rig.rescue.stop()
    assert rig.webui.processing.decode_first_stage == rig.webui.decode_first_stage


def test_another_extensions_wrapper_stays_and_ours_beneath_it_rests_till_it_is_on_again():
    rig = Rig(room_for(40))
    ours = rig.webui.processing.decode_first_stage
    rig.webui.processing.decode_first_stage = theirs = lambda model, x: ours(model, x)
    rig.webui.opts.headroom_rescue = False
    rig.rescue.begin(rig.picture)
    assert rig.webui.processing.decode_first_stage is theirs
    with pytest.raises(OUT) as raised:
        rig.decode(rig.webui.latents())
    drop(raised.value)
    rig.webui.opts.headroom_rescue = True
    rig.rescue.begin(rig.picture)
    assert rig.webui.processing.decode_first_stage is theirs
    rig.decode(rig.webui.latents())
    assert rig.picture.note is not None


def test_a_webui_without_the_function_is_left_alone_and_has_no_such_option():
    rig = Rig(room_for(40))
    rig.webui.processing = SimpleNamespace()
    rig.rescue.begin(Picture())
    assert vars(rig.webui.processing) == {}
    added = []
    rig.webui.opts.add_option = lambda key, info: added.append(key)
    add_options(rig.webui)
    assert added == []


def test_the_option_is_off_until_the_person_wants_it(monkeypatch):
    rig = Rig(room_for(40), options={})
    added = {}
    rig.webui.opts.add_option = added.__setitem__
    options = SimpleNamespace(OptionInfo=lambda default, label, section: (default, section))
    modules = {"options": options, "processing": rig.webui.processing}
    monkeypatch.setattr(rig.webui, "module", modules.get)
    add_options(rig.webui)
    assert added == {RESCUE: (False, ("headroom", "Headroom"))}
