"""The tab, as the WebUI takes it from an extension."""

import gradio
import pytest
from headroom.webui import tab


def test_the_tabs_place_is_rendered_into_the_webuis_page() -> None:
    [(place, label, tab_id)] = tab.make_tab()
    with gradio.Blocks(analytics_enabled=False) as page, gradio.Tabs(), gradio.TabItem(label, id=tab_id):
        place.render()
    shown = [one["props"]["value"] for one in page.get_config_file()["components"] if one["type"] == "html"]
    assert shown == [tab.CONTENT]


def test_gradio_sets_up_no_server_for_the_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(gradio.routes.App, "create_app", lambda blocks, **_: made.append(blocks))
    tab.make_tab()
    assert made == []


def test_the_webui_keeps_no_values_of_the_tabs_place() -> None:
    # ui_loadsave.add_block: what has children is looked through, what has a label is kept by it.
    [(place, _, _)] = tab.make_tab()
    assert not hasattr(place, "children")
    assert place.label is None
