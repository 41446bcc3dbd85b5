"""Card numbers and codes in words: whatever way they are said, whenever they are said, and what is none."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.privacy.card_words import CardWords, SaidWord, Secret, masked
from rules.language.digits import is_card_number, mask, read
from rules.model import Speaker

CARD = "4111 1111 1111 1111"
Said = tuple[Speaker, tuple[SaidWord, ...]]


def said(text: str, start_s: float = 0.0, word_s: float = 0.4) -> tuple[SaidWord, ...]:
    return tuple(
        SaidWord(start_s + word_s * place, start_s + word_s * (place + 0.9), word)
        for place, word in enumerate(text.split())
    )


def talk(*turns: tuple[Speaker, float, str]) -> list[Said]:
    return [(speaker, said(text, start_s)) for speaker, start_s, text in turns]


def secrets(turns: Sequence[Said]) -> list[Secret]:
    step = CardWords()
    found = [secret for speaker, words in turns for secret in step.feed(speaker, words)]
    return [*found, *step.flush()]


def after(turns: Sequence[Said]) -> list[str]:
    """The turns, masked."""
    hidden = {(secret.speaker, word) for secret in secrets(turns) for word in secret.words}
    return [
        " ".join(mask(word.text) if (speaker, word) in hidden else word.text for word in words)
        for speaker, words in turns
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "meine Kartennummer ist vier eins eins eins, eins eins eins eins, eins eins eins eins, eins eins eins eins",
            "meine Kartennummer ist • • • • • • • • • • • • • • • •",
        ),
        ("einundvierzig elf elf elf elf elf elf elf danke", "• • • • • • • • danke"),
        (
            "fünf fünf fünf fünf, äh Moment, fünf fünf fünf fünf, genau, und dann vier vier zwo zwo",
            "• • • • äh Moment, • • • • genau, und dann • • • •",
        ),
        ("vier dann dreimal die eins und viermal die null", "• dann • die • und • die •"),
        ("der Sicherheitscode auf der Rückseite ist eins zwo drei", "der Sicherheitscode auf der Rückseite ist • • •"),
        ("Die Prüfziffer lautet, Moment, drei sieben fünf.", "Die Prüfziffer lautet, Moment, • • •"),
        ("das kostet zweihundertfünfzig Euro im Jahr", "das kostet zweihundertfünfzig Euro im Jahr"),
        ("seit drei Wochen und zwei Tagen, viermal die Nummer gewählt", None),
        ("am dritten fünften um acht Uhr dreißig, Gartenstraße siebzehn", None),
    ],
)
def test_numbers_spoken_in_german_are_masked(text: str, expected: str | None) -> None:
    assert after(talk(("customer", 0.0, text))) == [expected or text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"it is {CARD}.", "it is •••• •••• •••• ••••."),
        ("4111-1111 1111-1111,", "••••-•••• ••••-••••,"),
        ("4,111 1,111 1,111 1,111 thanks", "•,••• •,••• •,••• •,••• thanks"),
        ("$4,111,111,111,111,111", "$•,•••,•••,•••,•••,•••"),
        ("41 11 11 11, 11, 11.", "•• •• •• ••, ••, ••."),
        ("four one one one uh one one one one", "• • • • uh • • • •"),
        ("forty-one eleven sixty two thirty", "• • • • •"),
        ("double four triple nine treble seven", "• • • • • •"),
        ("oh nought zero o 1s two twos", "oh nought zero o 1s two twos"),
        ("oh nought zero o 1s two twos five six", "• • • • •s • • • •"),
        ("4111 for one to 1 ate too, thanks", "•••• • • • • • • thanks"),
        ("4111 no wait sorry 4112 dash 11 and then 11", "•••• no wait sorry •••• dash •• and then ••"),
        ("4111 yes 1111 so the next is 1111 okay 1111", "•••• yes •••• so the next is •••• okay ••••"),
        ("4111 did you get that? 1111 are you sure? 1111 bye", "•••• did you get that? •••• are you sure? •••• bye"),
        ("call 1-800-555-0134 please", "call •-•••-•••-•••• please"),
        ("the CVV is 123", "the CVV is •••"),
        ("C V V one two three thanks", "C V V • • • thanks"),
        ("it's 123, that's the security code", "it's •••, that's the security code"),
        ("the three on the signature strip are nine oh two", "the three on the signature strip are • • •"),
        ("my pin is 1234", "my pin is ••••"),
        ("the security code would be $5.40.", "the security code would be $•.••."),
        ("12-34-56-78", "••-••-••-••"),
        ("41 11 11:11 4.1.1.1 at 10:30", "•• •• ••:•• •.•.•.• at 10:30"),
        ("four sanvency one one five and fine two two six seven eight", "• sanvency • • • and fine • • • • •"),
        ("the long number please 4112 is it", "the long number please •••• is it"),
    ],
)  # fmt: skip
def test_digits_that_are_secret_are_masked_and_nothing_else(text: str, expected: str) -> None:
    assert " ".join(masked(text.split())) == expected


@pytest.mark.parametrize(
    "text",
    [
        "call 555-0134 please",
        "on the twenty first of March at four thirty",
        "$1,249.50 on 12/05/2026 at 10:30, not £1,300,000.00",
        "two thousand and twenty four",
        "one hundred and twenty five thousand four hundred and fifty pounds",
        "in 2019, 2020, 2021 and 2022",
        "my router is at 192.168.100.254",
        "I'm 45, she is 42 and the twins are 12",
        "between 8 and 10 or 2 to 4 on 2026-03-01",
        "version 3.11.4 and version 3.12.1",
        "one or two of them for one or two days",
        "what is the security code? I'd rather not. It was 120 dollars",
        "so that's two routers, one cable and four hundred meters",
        "double check that, to be sure for one",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert masked(text.split()) == text.split()


@pytest.mark.parametrize(
    ("text", "why"),
    [(CARD, "card number"), ("4111 1111 1111 1112", "long number"), ("0800 555 0134", "long number"),
     ("3782 822463 10005", "card number"), ("CVV 123", "security code")],
)  # fmt: skip
def test_it_is_told_why(text: str, why: str) -> None:
    (secret,) = secrets([("customer", said(text))])
    assert secret.why == why


def test_a_number_goes_on_while_the_other_speaks() -> None:
    turns = talk(
        ("customer", 0, "It is 4111 1111"), ("agent", 2, "mm-hm okay"), ("customer", 3, "1111 1111 yes"),
    )  # fmt: skip
    assert after(turns) == ["It is •••• ••••", "mm-hm okay", "•••• •••• yes"]
    (secret,) = secrets(turns)
    assert (secret.start_s, secret.end_s, len(secret.words)) == (0.8, 3.76, 4)


def test_what_the_other_says_back_is_masked_too() -> None:
    turns = talk(
        ("customer", 0, "4111 2222"), ("agent", 1, "4112 did you say?"), ("customer", 4, "3333 1234"),
        ("agent", 7, "1234 at the end then that is our invoice"), ("agent", 30, "ending in 234"),
        ("agent", 32, "order 9876 is yours"),
    )  # fmt: skip
    assert after(turns) == [
        "•••• ••••", "•••• did you say?", "•••• ••••", "•••• at the end then that is our invoice",
        "ending in •••", "order 9876 is yours",
    ]  # fmt: skip


def test_a_code_is_answered_by_the_other_within_half_a_minute() -> None:
    question = ("agent", 0, "and the three digits on the back please")
    assert after(talk(question, ("customer", 20, "it is 1 2 3")))[1] == "it is • • •"
    assert after(talk(question, ("customer", 40, "it is 1 2 3")))[1] == "it is 1 2 3"
    assert after(talk(("customer", 0, "1 2 3"), ("agent", 2, "that is the CVC?")))[0] == "• • •"


def test_a_number_ends_when_nothing_is_added_for_a_while() -> None:
    step = CardWords()
    assert not step.feed("customer", said("it is 4111 1111 1111"))
    assert step.open_since_s == pytest.approx(0.8)
    assert not step.pass_time(16.0)
    (secret,) = step.pass_time(18.0)
    assert [word.text for word in secret.words] == ["4111", "1111", "1111"]
    assert step.open_since_s is None
    assert not [*step.feed("customer", said("1234", 60.0)), *step.flush()]


def test_a_few_digits_stay_open_for_a_while_and_one_or_two_do_not() -> None:
    step = CardWords()
    step.feed("customer", said("there are 12 routers in our house, 123 are what they said"))
    assert step.open_since_s == pytest.approx(2.8)
    step.pass_time(20.0)
    assert step.open_since_s is None


def test_a_number_without_end_is_told_piece_by_piece() -> None:
    step = CardWords()
    told = step.feed("customer", said("1 2 3 4 5 6 7 8 9 0 " * 12))
    assert len(list(told)) >= 1
    assert step.open_since_s is not None
    assert step.open_since_s > 15.0
    assert len([word for secret in [*told, *step.flush()] for word in secret.words]) == 120


@pytest.mark.parametrize("number", ["4111111111111111", "378282246310005", "5555555555554444", "4222222222222"])
def test_numbers_of_cards_are_known(number: str) -> None:
    assert is_card_number(number)
    assert not is_card_number(str(int(number) + 1))
    assert not is_card_number("•" + number[1:])


@pytest.mark.parametrize("word", ["one", "Forty-one,", "OH", "4111.", "•••", "8s", "one-two"])
def test_digits_are_known_in_whatever_spelling(word: str) -> None:
    assert read(word).kind in {"digits", "tens"}


FORMS = {
    "0": ["0", "zero", "oh", "nought", "O"], "1": ["1", "one", "One,"], "2": ["2", "two"], "3": ["3", "three."],
    "4": ["4", "four"], "5": ["5", "five"], "6": ["6", "six"], "7": ["7", "seven"], "8": ["8", "eight"],
    "9": ["9", "nine", "Nine"],
}  # fmt: skip
TENS = dict(zip("23456789", "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True))  # noqa: SIM905 - read in one glance
FILLERS = ["uh", "um,", "sorry", "and then", "no wait", "dash", "yeah", "so,", "okay"]


@st.composite
def spoken_number(draw: st.DrawFn) -> tuple[list[str], list[bool]]:
    """A number of 13–19 digits as words, and which of them have digits."""
    digits = draw(st.text("0123456789", min_size=13, max_size=19).filter(lambda text: text[:2] not in {"19", "20"}))
    words: list[str] = []
    secret: list[bool] = []
    while digits:
        count = draw(st.integers(1, 4))
        group, digits = digits[:count], digits[count:]
        form = draw(st.sampled_from(["figures", "single", "hyphens", "comma", "double", "tens"]))
        if form == "figures":
            made = [group]
        elif form == "hyphens":
            made = ["-".join(group)]
        elif form == "comma" and len(group) > 3:
            made = [f"{group[0]},{group[1:]}"]
        elif form == "double" and len(group) == 2 and group[0] == group[1]:
            made = ["double", draw(st.sampled_from(FORMS[group[0]]))]
        elif form == "tens" and len(group) == 2 and group[0] in TENS and group[1] != "0":
            made = [f"{TENS[group[0]]}-{FORMS[group[1]][1]}"]
        else:
            made = [draw(st.sampled_from(FORMS[digit])) for digit in group]
        words += made
        secret += [True] * len(made)
        if digits and draw(st.booleans()):
            filler = draw(st.sampled_from(FILLERS)).split()
            words += filler
            secret += [False] * len(filler)
    return words, secret


def utterances(draw: st.DrawFn, words: Sequence[str], start_s: float) -> list[tuple[SaidWord, ...]]:
    """The words cut into utterances anywhere, with pauses between them."""
    at_s, out, current = start_s, [], []
    for word in words:
        current.append(SaidWord(at_s, at_s + 0.3, word))
        at_s += 0.35
        if draw(st.integers(0, 4)) == 0:
            out.append(tuple(current))
            current, at_s = [], at_s + draw(st.floats(0.5, 9.0))
    return [*out, tuple(current)] if current else out


@st.composite
def dictated(draw: st.DrawFn) -> tuple[list[Said], set[SaidWord]]:
    """A number said within other talk, confirmed by the other; and the words that must be found."""
    words, secret = draw(spoken_number())
    parts = utterances(draw, ["my", "card", *words, "that", "was", "it"], 1.0)
    own = [word for part in parts for word in part]
    wanted = {word for word, digits in zip(own[2:-3], secret, strict=True) if digits}
    turns: list[Said] = [("customer", part) for part in parts]
    for before, behind in pairwise(parts):
        if behind[0].start_s - before[-1].end_s > 1.0 and draw(st.booleans()):
            confirms = draw(st.sampled_from(["mm-hm", "okay", "yes go on", "got it thank you"]))
            turns.append(("agent", said(confirms, before[-1].end_s + 0.1, 0.2)))
    return sorted(turns, key=lambda turn: turn[1][0].start_s), wanted


@given(dictated())
@settings(max_examples=150)
def test_every_digit_of_a_number_is_found_however_it_is_said(made: tuple[list[Said], set[SaidWord]]) -> None:
    turns, wanted = made
    found = {word for secret in secrets(turns) for word in secret.words}
    assert wanted <= found
    assert all(read(word.text).kind != "other" for word in found)


TALK = [
    "4111", "1111", "one", "four", "double", "for", "to", "forty", "uh", "okay", "router", "CVV", "security", "code",
    "12", "123", "2024", "dollars", "please", "•••", "11:30", "oh", "pin", "is",
]  # fmt: skip


@st.composite
def any_talk(draw: st.DrawFn) -> list[Said]:
    """Two speakers who say anything, each with pauses of their own."""
    turns: list[Said] = []
    for speaker in ("agent", "customer"):
        words = draw(st.lists(st.sampled_from(TALK), max_size=40))
        turns += [(speaker, part) for part in utterances(draw, words, 0.0)]
        if draw(st.booleans()):
            last_s = max((part[-1].end_s for _, part in turns), default=0.0)
            late = utterances(draw, draw(st.lists(st.sampled_from(TALK), max_size=10)), last_s + draw(st.floats(1, 40)))
            turns += [(speaker, part) for part in late]
    return sorted(turns, key=lambda turn: turn[1][0].start_s)


def found_words(found: Sequence[Secret]) -> set[tuple[Speaker, SaidWord]]:
    return {(secret.speaker, word) for secret in found for word in secret.words}


@given(any_talk())
@settings(max_examples=150)
def test_word_by_word_is_the_same_as_by_utterance(turns: list[Said]) -> None:
    single = sorted(
        ((speaker, (word,)) for speaker, words in turns for word in words), key=lambda turn: turn[1][0].start_s
    )
    assert found_words(secrets(single)) == found_words(secrets(turns))


@given(any_talk())
@settings(max_examples=150)
def test_telling_the_time_changes_nothing_and_what_is_not_open_is_never_secret(turns: list[Said]) -> None:
    step = CardWords()
    fed: set[tuple[Speaker, SaidWord]] = set()
    found: set[tuple[Speaker, SaidWord]] = set()
    safe: set[tuple[Speaker, SaidWord]] = set()

    def check(told: Iterable[Secret]) -> None:
        new = found_words(list(told))
        assert not new & safe
        found.update(new)
        since_s = step.open_since_s
        safe.update((speaker, word) for speaker, word in fed if since_s is None or word.start_s < since_s)

    for speaker, words in turns:
        check(step.pass_time(words[0].start_s))
        fed |= {(speaker, word) for word in words}
        check(step.feed(speaker, words))
    check(step.flush())
    assert found == found_words(secrets(turns))
    assert step.open_since_s is None


A_MASK_A_DIGIT = sorted({*TALK} - {"double", "forty", "11:30", "2024", "for", "to"})
"""Words that are as many digits, and of the same kind, when they are masked."""


@given(st.lists(st.sampled_from(A_MASK_A_DIGIT), max_size=12))
def test_masking_again_changes_nothing(words: list[str]) -> None:
    out = masked(words)
    assert len(out) == len(words)
    assert masked(out) == out


@given(st.lists(st.text("0123456789 oneabc-.,$:/•'", min_size=1), max_size=20))
def test_whatever_is_written_there_are_as_many_words(words: list[str]) -> None:
    assert [bool(word) for word in masked(words)] == [True] * len(words)


@pytest.mark.parametrize("text", ["CVV 11:30 one", "CVV $5.40 two", "4111 11:11 1.1.1.1 pin is 12"])
def test_what_was_masked_keeps_its_form(text: str) -> None:
    once = masked(text.split())
    assert "•" in " ".join(once)
    assert masked(once) == once


def test_pieces_of_a_known_number_are_masked_where_they_are_quoted() -> None:
    spoken = {"4111", "four", "one"}
    text = "so 4111, for four one or one day"
    assert " ".join(masked(text.split(), spoken)) == "so ••••, for • • or one day"
