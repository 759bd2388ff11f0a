import pytest
from headroom.wire import places as places_module
from headroom.wire.places import HELD_S, THIS_MACHINE, Places, visitor_at


class Guest:
    def __init__(self, visitor="a", browser="b"):
        self.visitor, self.browser = visitor, browser
        self.in_use, self.ending = True, False

    def end(self):
        self.ending = True


@pytest.fixture
def two_of_one(monkeypatch):
    monkeypatch.setattr(places_module, "MAX_PAGES_OF_ONE", 2)


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("127.0.0.1", THIS_MACHINE),
        ("127.200.3.4", THIS_MACHINE),
        ("::1", THIS_MACHINE),
        ("::ffff:127.9.9.9", THIS_MACHINE),
        ("192.168.1.5", "192.168.1.5"),
        ("::ffff:192.168.1.5", "192.168.1.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("a name", "a name"),
        (None, "unknown"),
    ],
)
def test_addresses_that_may_be_one_program_are_one_visitor(address, visitor):
    assert visitor_at(address) == visitor


@pytest.mark.usefixtures("two_of_one")
def test_the_place_of_a_page_that_went_is_held_for_its_browser_for_half_a_minute():
    now_s = 0.0
    places = Places(lambda: now_s)
    first, second = Guest(browser="mine"), Guest()
    assert places.take(first) and places.take(second)
    places.leave(first, held=True)
    assert not places.take(Guest())
    reloaded = Guest(browser="mine")
    assert places.take(reloaded)
    places.leave(reloaded, held=True)
    now_s = HELD_S + 1
    assert places.take(Guest())


@pytest.mark.usefixtures("two_of_one")
@pytest.mark.parametrize("why", ["it broke the rules", "it was not in use", "it made room"])
def test_no_place_is_held_for_a_page_that_did_not_go_by_itself(why):
    places = Places(lambda: 0.0)
    guest = Guest(browser="mine")
    assert places.take(guest) and places.take(Guest())
    guest.in_use = why != "it was not in use"
    guest.ending = why == "it made room"
    places.leave(guest, held=why != "it broke the rules")
    assert places.take(Guest())


@pytest.mark.usefixtures("two_of_one")
def test_a_held_place_is_one_place():
    places = Places(lambda: 0.0)
    guest = Guest(browser="mine")
    assert places.take(guest) and places.take(Guest())
    places.leave(guest, held=True)
    assert places.take(Guest(browser="mine"))
    assert not places.take(Guest(browser="mine"))
