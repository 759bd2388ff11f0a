from headroom.paths import choose_data_dir, is_writable


def test_data_goes_where_the_webui_keeps_the_persons_data(tmp_path):
    chosen = choose_data_dir(tmp_path)
    assert chosen.path == tmp_path / "headroom"
    assert chosen.notice is None
    assert list(chosen.path.iterdir()) == []


def test_where_that_cannot_be_written_a_temporary_place_is_taken_and_told(tmp_path):
    (tmp_path / "headroom").write_text("a file in the way")
    chosen = choose_data_dir(tmp_path)
    assert is_writable(chosen.path)
    assert str(tmp_path / "headroom") in chosen.notice
    assert str(chosen.path) in chosen.notice
