"""Keys from whatever a terminal sends."""

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from monitor.base.keyboard import PASTE_ENDS_S, Keyboard
from tests.waiting import until

SEQUENCES = (
    *(b"\x1b", b"\x1b[", b"\x1b[<", b"\x1b[200~", b"\x1b[201~", b"\x1b[<0;99999;99999M", b"\x1b[M\xff\xff\xff"),
    *(b"\x1b[48;0;0;0;0t", b"\x1b[?2026;1$y", b"\x1b[999999999;1R", b"\x1b[97;5u", b"\x1b[1;1u", b"\xc3", b"\0"),
)
ODD = st.one_of(st.binary(max_size=40), st.sampled_from(SEQUENCES))


class Clock:
    """Seconds that pass when a test says so."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def keys(messages: list[object]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


@given(sent=st.lists(ODD, max_size=8))
def test_no_bytes_keep_later_keys_from_being_read(sent: list[bytes]) -> None:
    clock = Clock()
    keyboard = Keyboard("utf-8", now_s=clock)
    for piece in sent:
        keyboard.feed(piece)
        keyboard.tick()
    clock.now_s += PASTE_ENDS_S
    keyboard.tick()
    keyboard.tick()
    # What was left of a character or of a sequence may swallow a key or two, as on any terminal.
    assert "q" in [key for _ in range(40) for key in keys(keyboard.feed(b"q"))]


def test_a_key_that_is_not_utf_8_is_no_key_and_the_next_one_is() -> None:
    keyboard = Keyboard("utf-8")
    assert keys(keyboard.feed(b"\xfcf"))[-1] == "f"
    assert keys(keyboard.feed(b"\xe9 "))[-1] == "space"


def test_a_character_whose_bytes_come_apart_is_one_key() -> None:
    keyboard = Keyboard("utf-8")
    assert keyboard.feed(b"\xc3") == []
    (key,) = keyboard.feed(b"\xbc")
    assert isinstance(key, events.Key)
    assert key.character == "ü"


def test_a_terminal_of_another_encoding_is_read_in_it() -> None:
    (key,) = Keyboard("iso8859-1").feed(b"\xfc")
    assert isinstance(key, events.Key)
    assert key.character == "ü"


def test_what_is_pasted_is_no_keys_even_if_the_terminal_does_not_say_so() -> None:
    (paste,) = Keyboard("utf-8").feed(b"please quit")
    assert isinstance(paste, events.Paste)
    assert paste.text == "please quit"


def test_a_key_held_down_and_keys_typed_fast_are_keys() -> None:
    keyboard = Keyboard("utf-8")
    assert keys(keyboard.feed(b"m" * 20)) == ["m"] * 20
    assert keys(keyboard.feed(b"fmp")) == ["f", "m", "p"]


def test_a_paste_without_an_end_is_over_after_a_second() -> None:
    clock = Clock()
    keyboard = Keyboard("utf-8", now_s=clock)
    keyboard.feed(b"\x1b[20")
    keyboard.feed(b"0~torn")
    assert keyboard.feed(b"q") == []
    clock.now_s += PASTE_ENDS_S
    keyboard.tick()
    assert keys(keyboard.feed(b"q")) == ["q"]


def test_no_key_is_read_from_a_paste() -> None:
    (paste,) = Keyboard("utf-8").feed(b"\x1b[200~ q e \xff\0\x1b[A q\x1b[201~")
    assert isinstance(paste, events.Paste)
    assert paste.text == " q e \ufffd\x1b[A q"


def test_a_lone_esc_is_a_key_when_nothing_follows() -> None:
    keyboard = Keyboard("utf-8")
    assert keyboard.feed(b"\x1b") == []
    until(lambda: keys(keyboard.tick()) == ["escape"], "the key is read")


def test_a_slow_paste_is_one_paste() -> None:
    keyboard = Keyboard("utf-8")
    assert keyboard.feed(b"\x1b[200~one ") == []
    (paste,) = keyboard.feed(b"two\x1b[201~q")[:1]
    assert isinstance(paste, events.Paste)
    assert paste.text == "one two"
