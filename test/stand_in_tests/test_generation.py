import base64
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

MIB = 1024 * 1024


def hooks_of(stand_in, kind="txt2img", **fields):
    """The hooks of one generation, with what they were given."""
    before = len(stand_in.notes())
    answer = stand_in.generate(kind, **fields)
    assert answer.status_code == 200, answer.text
    return stand_in.notes()[before:]


def names(hooks):
    return [hook["name"] for hook in hooks]


def picture(width, height):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


PLAIN = [
    "setup",
    "before_process",
    "process",
    "before_process_batch",
    "process_batch",
    "process_before_every_sampling",
    "post_sample",
    "postprocess_batch",
    "postprocess_image",
    "postprocess",
]


def test_txt2img_calls_the_hooks_in_the_webuis_order(running):
    assert names(hooks_of(running, width=256, height=256)) == PLAIN


def test_img2img_calls_the_same_hooks(running):
    assert names(hooks_of(running, "img2img", width=256, height=256, init_images=[picture(64, 64)])) == PLAIN


def test_hires_fix_calls_before_hr_between_two_samplings_and_comes_back_decoded(running):
    hooks = hooks_of(running, width=256, height=256, enable_hr=True, hr_upscaler="Lanczos")
    sampling = PLAIN.index("post_sample")
    assert names(hooks) == [*PLAIN[:sampling], "before_hr", "process_before_every_sampling", *PLAIN[sampling:]]
    assert next(hook for hook in hooks if hook["name"] == "post_sample")["decoded"]


def test_without_hires_fix_decoding_comes_after_post_sample(running):
    hooks = hooks_of(running, width=256, height=256)
    assert not next(hook for hook in hooks if hook["name"] == "post_sample")["decoded"]


def test_hooks_get_the_arguments_that_the_webui_gives(running):
    given = {hook["name"]: hook.get("given") for hook in hooks_of(running, width=256, height=256)}
    assert given["before_process_batch"] == ["batch_number", "prompts", "seeds", "subseeds"]
    assert given["process_batch"] == ["batch_number", "prompts", "seeds", "subseeds"]
    assert given["process_before_every_sampling"] == ["c", "noise", "uc", "x"]
    assert given["postprocess_batch"] == ["batch_number", "images"]


def test_the_hires_target_is_unknown_in_process_and_known_before_the_second_pass(running):
    fields = {"enable_hr": True, "hr_resize_x": 400, "hr_resize_y": 600, "hr_upscaler": "Latent"}
    hooks = {hook["name"]: hook for hook in hooks_of(running, width=256, height=256, **fields)}
    assert hooks["process"]["upscaleTo"] == [0, 0]
    assert hooks["before_hr"]["upscaleTo"] == [600, 600]
    assert hooks["before_hr"]["crop"] == [25, 0]
    assert hooks["process_before_every_sampling"]["shape"] == [1, 4, 75, 50]


def test_latents_have_an_eighth_of_the_size_rounded_down(running):
    hooks = hooks_of(running, width=260, height=300, batch_size=2)
    assert next(hook for hook in hooks if "shape" in hook)["shape"] == [2, 4, 37, 32]


def test_every_batch_has_its_own_hooks(running):
    assert names(hooks_of(running, width=256, height=256, n_iter=2)).count("post_sample") == 2


def test_a_generation_writes_params_txt_as_the_webui_does(running):
    running.generate(width=320, height=256, prompt="a grey thing")
    text = (running.data_dir / "params.txt").read_text(encoding="utf-8")
    assert text.startswith("a grey thing\n")
    assert "Size: 320x256" in text


def test_pictures_are_saved_only_when_asked_for(running):
    folder = running.data_dir / "outputs" / "txt2img-images"
    running.generate(width=256, height=256)
    assert not folder.exists()
    running.generate(width=256, height=256, save_images=True)
    assert len(list(folder.iterdir())) == 1


def test_the_answer_says_what_the_card_saw(running):
    small = running.generate(width=256, height=256).json()["simulated"]
    large = running.generate(width=1024, height=1024).json()["simulated"]
    assert small["outcome"] == large["outcome"] == "ok"
    assert large["devicePeakMiB"] > small["devicePeakMiB"] + 1000
    # The rest of the card: what others hold, and the context of the WebUI's process.
    assert small["devicePeakMiB"] - small["reservedPeakMiB"] == large["devicePeakMiB"] - large["reservedPeakMiB"]


def test_the_same_generation_has_the_same_peak_each_time(running):
    peaks = {
        running.generate(width=512, height=640, batch_size=2).json()["simulated"]["devicePeakMiB"] for _ in range(3)
    }
    assert len(peaks) == 1


def test_out_of_memory_is_told_in_the_webuis_shape_and_leaves_the_card_as_it_was(running):
    before = running.control()["usedMiB"]
    answer = running.generate(width=2048, height=2048, batch_size=8)
    assert answer.status_code == 500
    body = answer.json()
    assert body["error"] == "OutOfMemoryError"
    assert body["errors"].startswith("CUDA out of memory. Tried to allocate ")
    assert body["simulated"]["outcome"] == "oom"
    assert running.control()["usedMiB"] == before
    assert running.generate(width=512, height=512).status_code == 200


def test_another_programs_memory_brings_out_of_memory_nearer(running):
    fields = {"width": 1024, "height": 1024}
    assert running.generate(**fields).json()["simulated"]["outcome"] == "ok"
    running.control(otherMiB=4500)
    try:
        assert running.generate(**fields).json()["simulated"]["outcome"] == "oom"
    finally:
        running.control(otherMiB=0)


def test_nvidia_smi_shows_the_webuis_process(running):
    out = running.smi("--query-compute-apps=pid,process_name,used_memory", "--format=csv,noheader,nounits")
    row = next(line for line in out.splitlines() if line.startswith(f"{running.process.pid}, "))
    assert "simulated" in row
    assert int(row.rsplit(", ", 1)[1]) > 2000


def test_a_fault_on_command_shows_in_nvidia_smi_and_goes_away_again(running):
    running.control(fault="no-devices")
    assert "No devices were found" in running.smi("-L")
    running.control(fault=None)
    assert "(simulated)" in running.smi("-L")


@pytest.mark.parametrize("command", [{"fault": "nonsense"}, {"unknown": 1}, {"checkpoint": "nonsense"}])
def test_a_command_that_makes_no_sense_is_refused(running, command):
    assert running.client.post("/stand-in/control", json=command).status_code == 422


def test_a_checkpoint_change_is_told_and_changes_the_weights(running):
    allocated = running.control()["allocatedMiB"]
    try:
        assert running.control(checkpoint="simulated-sdxl")["allocatedMiB"] > allocated + 4000
        told = [note for note in running.notes() if note["name"] == "model_loaded"]
        assert told[-1]["sdxl"]
    finally:
        running.control(checkpoint="simulated-sd15.safetensors")
    assert running.control()["allocatedMiB"] == pytest.approx(allocated, abs=20)


def test_an_unknown_upscaler_is_a_failure_like_in_the_webui(running):
    assert running.generate(width=256, height=256, enable_hr=True, hr_upscaler="nonsense").status_code == 500


def test_an_interrupted_generation_ends_early_and_normally(start):
    stand_in = start("--pace", "100")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(stand_in.generate, width=256, height=256, steps=150)
        while not stand_in.control()["job"]:
            pass
        stand_in.control(interrupt=True)
        assert answer.result(timeout=60).status_code == 200
