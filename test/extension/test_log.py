import logging

from headroom.log import get_logger, printable, without_person


def test_the_home_folder_is_shortened_and_a_folder_named_after_the_person_too():
    said = without_person("No such file: '/home/anna/webui/models/x.safetensors', /mnt/anna/data", "/home/anna", "anna")
    assert said == "No such file: '~/webui/models/x.safetensors', /mnt/USER/data"
    windows = without_person(r"C:\Users\Anna\webui and D:\Anna\out", r"C:\Users\Anna", "Anna")
    assert windows == r"~\webui and D:\USER\out"


def test_what_merely_begins_so_is_left_alone():
    text = "/home/annabel/x /mnt/anna.old savannah"
    assert without_person(text, "/home/anna", "anna") == text


def test_a_person_without_a_home_or_a_name_changes_nothing():
    assert without_person("/data/x", "/", "") == "/data/x"


def test_escape_sequences_and_newlines_do_not_reach_the_terminal():
    assert printable("\x1b[2Jgone\r\x00\x9b") == "?[2Jgone???"


def test_a_line_of_the_log_names_nobody_and_cannot_be_faked(caplog, monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("USERPROFILE", "/home/anna")
    logger = get_logger("headroom.test")
    with caplog.at_level(logging.INFO):
        logger.warning("%s is missing\nsidecar: \x1b[31mall well", "/home/anna/x")
        try:
            raise OSError("/home/anna/y")
        except OSError as error:
            logger.warning("it failed", exc_info=error)
    assert caplog.records[0].getMessage() == "~/x is missing / sidecar: ?[31mall well"
    assert "OSError: ~/y" in caplog.text
    assert "anna" not in caplog.text


def test_reload_ui_does_not_leave_two_filters():
    assert len(get_logger("headroom.test").filters) == len(get_logger("headroom.test").filters) == 1
