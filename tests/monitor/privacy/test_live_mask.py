"""What a session prints, and what the webhook tells: without numbers, as far as they are known when it is said."""

from monitor.call.events import PromptShown, SessionState
from monitor.privacy.live_mask import LiveMask
from rules.model import Firing, Prompt
from tests.made_calls import said


def texts(*spoken: tuple[str, float, str]) -> list[str]:
    mask = LiveMask()
    return [mask.masked(said(text, start_s, speaker)).text for text, start_s, speaker in spoken]  # type: ignore[arg-type]


def test_a_number_is_masked_from_its_fifth_digit_on() -> None:
    assert texts(
        ("It is 4111", 0.0, "customer"),
        ("mm-hm", 4.0, "agent"),
        ("1111 1111", 5.0, "customer"),
        ("1111 thanks", 8.0, "customer"),
        ("You have 3 lines", 30.0, "agent"),
    ) == ["It is 4111", "mm-hm", "•••• ••••", "•••• thanks", "You have 3 lines"]


def test_a_security_code_is_masked_though_nothing_has_followed_yet() -> None:
    assert texts(("And the security code?", 0.0, "agent"), ("Four two one", 5.0, "customer")) == [
        "And the security code?",
        "• • •",
    ]


def test_what_quotes_a_number_is_masked_and_a_new_call_begins_anew() -> None:
    mask = LiveMask()
    mask.masked(said("my card is 4111 1111 1111 1111 okay", 0.0))
    firing = Firing("paraphrase", "customer", 9.0, None, None, None, "prompt", "paraphrase", ("4111 1111",))
    prompt = PromptShown(Prompt("paraphrase", "paraphrase", "prompt", "Paraphrase", "“4111”", "Ask", 9.0))
    assert mask.masked(firing).evidence == ("•••• ••••",)
    assert mask.masked(prompt).prompt.fact == "“••••”"
    mask.masked(SessionState("call"))
    assert mask.masked(prompt).prompt.fact == "“4111”"


def test_amounts_dates_and_what_holds_no_words_stay() -> None:
    assert texts(("It was $49.50 on the 3rd of May 2026 at 4:30", 0.0, "customer")) == [
        "It was $49.50 on the 3rd of May 2026 at 4:30"
    ]
    state = SessionState("waiting")
    assert LiveMask().masked(state) is state
