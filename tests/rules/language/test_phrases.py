from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cases import spoken
from rules.language.phrases import Listener, PhraseList
from rules.language.tokens import tokens
from tests.made_rules import WORDS

NEGATORS = frozenset(WORDS["negators"])


def heard(lines: Iterable[str], *utterances: str, gap_s: float = 0.5) -> list[str]:
    """Texts of the matches in utterances of one speaker that follow each other."""
    listener, at_s, found = Listener(PhraseList(lines), NEGATORS), 0.0, []
    for utterance in utterances:
        said = spoken("customer", at_s, utterance)
        at_s = said.end_s + gap_s
        found += [match.text for match in listener.feed(tokens(said.words))]
    return found


def test_whole_words_only() -> None:
    assert heard(["rude"], "That was rude.", "The crude prude intruded.") == ["rude"]


def test_alternatives_and_words_that_may_be_missing() -> None:
    lines = ["(speak|talk) (to|with) (a|your) manager (please|)"]
    said = "Speak to a manager please", "I'll talk with your manager", "Talk to the manager"
    assert heard(lines, *said, gap_s=9) == ["Speak to a manager please", "talk with your manager"]


def test_a_phrase_may_have_to_lie_in_one_clause() -> None:
    listener = Listener(PhraseList(["stuff you"]), NEGATORS, in_one_clause=True)
    said = tokens(spoken("customer", 0.0, "We lost some stuff, you know. Oh, stuff you.").words)
    assert [match.start_s for match in listener.feed(said)] == [said[-2].start_s]


def test_a_phrase_may_have_to_begin_a_clause() -> None:
    lines = ["^(so|) what is it"]
    assert heard(lines, "Well, what is it?", "So what is it?", gap_s=9) == ["what is it", "So what is it"]
    assert heard(lines, "I know what is it called") == []
    assert heard(lines, "I know. Um, what is it?") == ["what is it"]


def test_the_longest_phrase_counts_once() -> None:
    assert heard(["not happy", "happy", "happy at all"], "I am not happy at all") == ["not happy"]
    assert heard(["waste", "waste of time"], "What a waste of time") == ["waste of time"]


@pytest.mark.parametrize(
    "said",
    [
        "I'm not angry",
        "I am not really that angry",
        "I was never angry",
        "I don't think I'm angry",
        "without angry words",
    ],
)
def test_a_denied_phrase_does_not_count(said: str) -> None:
    assert heard(["angry"], said) == []


@pytest.mark.parametrize(
    "said",
    [
        "No, I'm angry",
        "It's not working. Angry is what I am",
        "Aren't you angry",
        "It does not work and now I have become angry",
    ],
)
def test_a_denial_of_something_else_does_not_matter(said: str) -> None:
    assert [text.lower() for text in heard(["angry"], said)] == ["angry"]


def test_a_denial_inside_the_phrase_is_part_of_it() -> None:
    assert heard(["I do not accept this"], "I don't accept this!") == ["I don't accept this"]


def test_a_phrase_goes_on_in_the_next_utterance_if_it_follows_closely() -> None:
    lines = ["get me your manager"]
    assert heard(lines, "So get me", "your manager.") == ["get me your manager"]
    assert heard(lines, "So get me", "your manager.", gap_s=2.0) == []


def test_a_denial_reaches_over_the_cut() -> None:
    assert heard(["speak to a manager"], "I don't want to speak", "to a manager") == []


def test_a_match_has_the_times_of_its_words_and_the_mean_of_their_probabilities() -> None:
    words = tokens(spoken("customer", 10.0, "I said get me your manager now", probability=0.6).words)
    (match,) = Listener(PhraseList(["get me your manager"])).feed(words)
    assert (match.start_s, match.end_s, match.probability) == (10.6, 11.8, pytest.approx(0.6))


PHRASES = ["a b", "c d a", "d d", "b c c"]


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.lists(st.integers(1, 6)))
def test_how_the_utterances_were_cut_does_not_matter(letters: list[str], lengths: list[int]) -> None:
    whole = spoken("agent", 0.0, " ".join(letters))
    expected = list(Listener(PhraseList(PHRASES)).feed(tokens(whole.words)))
    listener, found, rest = Listener(PhraseList(PHRASES)), [], whole.words
    for length in [*lengths, len(letters)]:
        found += listener.feed(tokens(rest[:length]))
        rest = rest[length:]
    assert found == expected


@given(st.sampled_from(sorted(set(WORDS) - {"stop-words"})), st.data())
def test_every_shipped_line_is_heard(name: str, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(WORDS[name]))
    phrase = " ".join(
        data.draw(st.sampled_from(part.split("|"))) for part in line.replace("(", "\0(").replace(")", ")\0").split("\0")
    )
    said = " ".join(phrase.replace("(", " ").replace(")", " ").split())
    assert heard([line], f"{said.removeprefix('^')} then" if said.startswith("^") else f"well {said} then")


REQUESTS = """
Can I speak to a manager?
Could I please talk to your supervisor?
I'd like to speak with the manager.
I want to talk to someone else.
Let me speak to your boss.
Get me your supervisor right now.
Put me through to a manager.
Transfer me to your manager, please.
I need to speak to somebody in charge.
Is there a manager I can talk to?
May I speak with someone higher up?
I demand to speak to a supervisor.
Why can't I talk to your manager?
I want your manager.
I'm asking for a supervisor.
Give me someone who knows what they are doing.
Please escalate this to your supervisor.
Who is your supervisor?
I would like my call escalated. I want this escalated.
Can you get your team leader on the phone?
""".strip().splitlines()

NO_REQUESTS = """
I don't need to speak to a manager.
The manager at the branch was very kind.
I am the manager of a small shop.
My supervisor at work told me about it.
Can I speak to you about my bill?
I spoke to your colleague yesterday.
I'd like to talk about something else.
It is managed by my wife.
Is someone there?
""".strip().splitlines()


@pytest.mark.parametrize("said", REQUESTS)
def test_ordinary_requests_for_a_manager(said: str) -> None:
    assert heard(WORDS["manager-request"], said)


@pytest.mark.parametrize("said", NO_REQUESTS)
def test_what_is_no_request_for_a_manager(said: str) -> None:
    assert heard(WORDS["manager-request"], said) == []


COMPLAINTS = """
This is absolutely ridiculous.
I've been on hold for forty five minutes.
This is the third time I've called about this.
Nobody ever called me back.
I'm really disappointed with your service.
I was charged twice.
You people keep transferring me.
I want my money back.
It's still not working.
I am sick and tired of this.
I'm not happy at all.
That's just not good enough.
I can't believe this.
What a waste of time.
I have had enough.
I have to explain it all over again.
""".strip().splitlines()

NO_COMPLAINTS = """
Hello, I would like to order a new checkbook.
Can you tell me my balance, please?
I'm not angry, I just have a question.
That's great, thank you so much.
My problem is that I lost my card.
I am calling to transfer some money to my savings account.
It's working again now.
What time do you close today?
I need to change my appointment.
Yes, that is right.
""".strip().splitlines()


@pytest.mark.parametrize("said", COMPLAINTS)
def test_ordinary_complaints(said: str) -> None:
    assert heard(WORDS["complaint"], said)


@pytest.mark.parametrize("said", NO_COMPLAINTS)
def test_what_is_no_complaint(said: str) -> None:
    assert heard([*WORDS["complaint"], *WORDS["insult"]], said) == []


DANGERS = """
I'm going to kill you.
I swear I'll come down there and beat someone up.
I know where you live.
I've got a gun.
You better watch your back.
There's a bomb in your office.
Somebody is gonna get hurt.
I want to kill myself.
I just want to die.
I'm thinking about suicide.
I can't go on anymore.
I don't want to live anymore.
I'd be better off dead.
I might hurt myself.
I feel like ending my life.
I've nothing left to live for.
""".strip().splitlines()

NO_DANGERS = """
This is killing me.
You're killing me here.
My phone keeps dying.
The battery died yesterday.
I could kill for a coffee.
I'm dying to know what happened.
Please kill the old subscription.
Can you shoot me an email?
That price is a bomb.
My husband passed away and I need to close his account.
My life insurance ends in May.
I'm going to hit the button now.
Take my name off the list.
I have a nail gun that I want to return.
I want to end it today, the contract I mean.
I can't go on waiting like this.
It hurts my business.
I hurt my back and cannot work.
We live in the same house.
Do you know where I live? It's on the account.
I will cut the contract myself.
Hang on, I'll do it myself.
I'll kill two birds with one stone.
The deadline is on Friday.
You will be hearing from my lawyer.
""".strip().splitlines()

DANGER_LISTS = [*WORDS["threat"], *WORDS["self-harm"]]


@pytest.mark.parametrize("said", DANGERS)
def test_words_of_danger(said: str) -> None:
    assert heard(DANGER_LISTS, said)


@pytest.mark.parametrize("said", NO_DANGERS)
def test_what_is_no_danger(said: str) -> None:
    assert heard(DANGER_LISTS, said) == []
