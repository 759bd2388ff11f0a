import json
import signal

import httpx


def test_an_extension_is_loaded_in_the_webuis_order(running):
    names = [note["name"] for note in running.notes() if note["name"] != "model_loaded"]
    start = ["import", "before_ui", "ui_settings", "ui_tabs", "app_started"]
    assert names[: len(start)] == start
    assert running.notes()[0]["basedir"] == str(running.extension)


def test_the_app_started_callback_gets_the_page_and_its_app(running):
    note = next(note for note in running.notes() if note["name"] == "app_started")
    assert (note["demo"], note["app"]) == ("Blocks", "App")


def test_the_checkpoint_is_loaded_on_a_thread_of_its_own(running):
    assert next(note for note in running.notes() if note["name"] == "model_loaded")["thread"] == "load_model"


def test_install_py_finds_launch_and_sees_flags_through_the_environment(running):
    told = json.loads((running.extension / "installed.json").read_text(encoding="utf-8"))
    assert told["module"] == "launch.py"
    assert told["flags"] == "--api"
    assert (told["hasGradio"], told["hasNonsense"], told["skipInstall"]) == (True, False, False)


def test_the_page_carries_the_extensions_script_as_a_classic_tag_after_the_webuis_own(running):
    page = running.client.get("/").text
    own, theirs = page.index("/page/script.js"), page.index("/javascript/probe.js")
    assert own < theirs < page.index("</head>")
    assert 'type="module" src="file=' not in page


def test_scripts_and_styles_of_the_page_are_served(running):
    page = running.client.get("/").text
    for part in ("probe.js", "probe/style.css", "page/ui.js"):
        address = next(piece for piece in page.split('"') if piece.startswith("file=") and part in piece)
        assert running.client.get(f"/{address}").status_code == 200


def test_the_page_has_the_webuis_element_ids(running):
    config = running.client.get("/config").json()
    ids = {component["props"].get("elem_id") for component in config["components"]}
    sliders = ("width", "height", "batch_count", "batch_size", "steps")
    wanted = {f"{tab}_{name}" for tab in ("txt2img", "img2img") for name in sliders}
    wanted |= {"txt2img_hr", "txt2img_hr-checkbox", "txt2img_hr_scale", "txt2img_hr_resize_x", "txt2img_hr_resize_y"}
    wanted |= {"txt2img_hr_upscaler", "txt2img_hires_steps", "img2img_tabs_resize", "img2img_tab_resize_to"}
    wanted |= {"img2img_tab_resize_by", "img2img_scale", "mode_img2img", "paste", "tabs", "settings_json"}
    wanted |= {"setting_sd_model_checkpoint", "txt2img_column_size", "img2img_column_size", "tab_probe"}
    assert wanted <= ids


def test_reload_ui_runs_scripts_again_on_the_same_address(start):
    stand_in = start()
    seen = len(stand_in.notes())
    stand_in.control(reload=True)
    stand_in.wait_for_line("listening on ", times=2)
    names = [name for name in stand_in.names_since(seen) if name != "model_loaded"]
    assert names == ["before_reload", "script_unloaded", "import", "before_ui", "ui_settings", "ui_tabs", "app_started"]
    assert stand_in.client.get("/internal/ping").status_code == 200


def test_a_login_is_asked_for_where_the_webui_has_one(start):
    stand_in = start("--gradio-auth", "person:secret")
    assert stand_in.client.get("/config").status_code == 401
    login = stand_in.client.post("/login", data={"username": "person", "password": "secret"})
    assert login.status_code == 200
    assert stand_in.client.get("/config").status_code == 200


def test_on_the_cpu_there_is_no_card(start):
    stand_in = start("--cpu")
    assert not (stand_in.data_dir / "simulated-card.json").exists()
    assert stand_in.generate(width=256, height=256).json()["simulated"]["devicePeakMiB"] == 0


def test_without_a_page_the_api_still_runs(start):
    stand_in = start("--nowebui")
    assert stand_in.generate(width=256, height=256).status_code == 200
    note = next(note for note in stand_in.notes() if note["name"] == "app_started")
    assert (note["demo"], note["app"]) == ("NoneType", "FastAPI")


def test_sigterm_ends_it_without_telling_extensions(start):
    stand_in = start()
    seen = len(stand_in.notes())
    stand_in.process.terminate()
    assert stand_in.process.wait(timeout=120) == -signal.SIGTERM
    assert stand_in.names_since(seen) == []


def test_an_extension_that_fails_does_not_stop_the_others(start, tmp_path):
    broken = tmp_path / "extensions" / "broken" / "scripts"
    broken.mkdir(parents=True)
    (broken / "broken.py").write_text("raise RuntimeError('on purpose')\n", encoding="utf-8")
    stand_in = start()
    assert any("Error loading script: broken.py" in (line or "") for line in stand_in.lines)
    assert "app_started" in [note["name"] for note in stand_in.notes()]


def test_a_wrong_password_is_refused(start):
    stand_in = start("--gradio-auth", "person:secret")
    answer = httpx.post(f"{stand_in.url}/login", data={"username": "person", "password": "wrong"})
    assert answer.status_code == 400


def test_with_medvram_the_network_that_a_failed_generation_was_at_stays_until_another_computes(start):
    stand_in = start("--medvram")
    assert stand_in.generate(width=2048, height=2048, batch_size=8).status_code != 200
    unet_mib = 1640
    assert unet_mib < stand_in.control()["allocatedMiB"] < unet_mib + 100
    assert stand_in.generate(width=256, height=256).status_code == 200
    assert stand_in.control()["allocatedMiB"] < 100


def test_medvram_keeps_only_the_network_at_work_on_the_card(start):
    stand_in = start("--medvram", "--model", "sdxl")
    answer = stand_in.generate(width=256, height=256)
    assert answer.status_code == 200
    idle, working = stand_in.control()["allocatedMiB"], answer.json()["simulated"]["allocatedPeakMiB"]
    assert idle < 100
    assert 4897 < working < 4897 + 1000
