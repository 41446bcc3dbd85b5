"""A call between its agent and the supervisors: what is published, and what becomes of orders and requests."""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from audio.values import ToneSample, Utterance, Word
from monitor.call.events import CallEvent, Ended, Health, LiveEvent, Progress, PromptShown
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, WordsShared
from monitor.pipeline.metrics import BY_NAME
from monitor.wall.care import ANSWER_S, FOLLOW_S, Reach
from monitor.wall.published_call import PublishedCall, RulesShown
from monitor.wall.supervision import EVERY_S, Supervision
from monitor.wall.wall_messages import CallDetail, CallState
from rules.load import load
from rules.model import Easing, Firing, Prompt, Severity

CONNECTED = Reach("connected", walls=1)
WORDS = Utterance("customer", 1.0, 2.0, (Word(1.0, 2.0, "Zanzibar", 0.9),), known_s=2.0)
RULES = RulesShown({"slow-down": "Slow down"}, frozenset(["danger"]))


def firing(rule: str, severity: Severity = "prompt", *, at_s: float = 5.0, trial: bool = False) -> Firing:
    return Firing(rule, "agent", at_s, None, None, None, severity, "act", evidence=("Zanzibar",), trial=trial)


class Desk:
    """A call whose clock is that of its sound."""

    def __init__(self, call: PublishedCall | None = None, reach: Reach = CONNECTED) -> None:
        self.now_s = 0.0
        self.reach = reach
        self.sent: list[tuple[str, bytes, bool]] = []
        call = call or PublishedCall("Sam", "given", rules=RULES)
        self.supervision = Supervision(
            call, lambda *sent: self.sent.append(sent), lambda: self.reach, lambda: self.now_s
        )
        self.logged: list[CallEvent] = []

    def at(self, now_s: float) -> "Desk":
        self.now_s = now_s
        self.log(self.supervision.events(now_s))
        return self.tell(Progress(now_s, recording="on"))

    def log(self, events: Iterable[CallEvent]) -> None:
        for event in events:
            self.logged.append(event)
            self.supervision.tell(event)

    def tell(self, *events: LiveEvent) -> "Desk":
        for event in events:
            self.supervision.tell(event)
        return self

    def states(self) -> list[CallState]:
        return [msgspec.json.decode(payload, type=CallState) for part, payload, _ in self.sent if part == "state"]

    def details(self) -> list[CallDetail]:
        return [msgspec.json.decode(payload, type=CallDetail) for part, payload, _ in self.sent if part == "detail"]


def test_a_state_is_published_every_two_seconds_and_at_once_when_something_changes() -> None:
    desk = Desk()
    for tenth in range(50):
        desk.at(tenth / 10)
    assert [state.at_s for state in desk.states()] == [0.0, EVERY_S, 2 * EVERY_S]
    desk.at(5.0).tell(firing("slow-down"))
    assert (desk.states()[-1].rule, desk.states()[-1].at_s) == ("slow-down", 5.0)
    assert desk.states()[-1].title == "Slow down"


def test_the_worst_flag_in_force_is_the_reason_and_notes_and_trials_are_none() -> None:
    desk = Desk().at(6.0).tell(firing("ask", "note"), firing("new", "urgent", trial=True))
    assert desk.states()[-1].severity is None
    desk.tell(firing("slow-down"), firing("legal", "urgent", at_s=5.5))
    assert (desk.states()[-1].rule, desk.states()[-1].since_s) == ("legal", 5.5)
    desk.tell(Easing("legal", "agent", 6.0))
    assert desk.states()[-1].rule == "slow-down"
    assert desk.at(200.0).states()[-1].severity is None, "nothing eases some flags, and none lasts for ever"


def test_the_numbers_are_those_of_the_agent() -> None:
    tone = ToneSample("agent", 1.0, 1.1, speaking=True, level_over_baseline_db=4.04, rate_over_baseline_pct=-3.0)
    desk = Desk().tell(tone, ToneSample("customer", 1.0, 1.1, speaking=True, level_over_baseline_db=20.0)).at(2.0)
    assert (desk.states()[-1].level_over_db, desk.states()[-1].rate_over_pct) == (4.0, -3.0)


def test_an_alert_must_arrive_and_stands_until_somebody_takes_care() -> None:
    desk = Desk().at(6.0).tell(firing("danger", "urgent"))
    assert desk.states()[-1].safety
    assert desk.sent[-1][2]
    desk.supervision.order("take", "Kim")
    assert not desk.at(7.0).states()[-1].safety
    assert desk.tell(firing("danger", "urgent", at_s=9.0)).at(9.0).states()[-1].safety, "it is another danger"


def test_the_end_of_the_call_clears_what_was_published() -> None:
    desk = Desk().at(1.0).tell(Ended(2.0, "stopped"))
    assert desk.sent[-1] == ("state", b"", True)
    assert desk.tell(Progress(9.0), Health(9.0, "words", fine=True, note="")).sent[-1] == ("state", b"", True)


def test_a_request_waits_and_says_after_thirty_seconds_that_nobody_has_answered() -> None:
    desk = Desk().at(10.0)
    desk.log(desk.supervision.ask(10.0))
    assert desk.logged == [HelpRequest(10.0, "asked", ("wall",), 1)]
    assert desk.states()[-1].help_s == 10.0
    assert desk.at(10.0 + ANSWER_S - 0.1).logged[1:] == []
    assert desk.at(10.0 + ANSWER_S).logged[1:] == [HelpRequest(40.0, "unanswered")]
    assert desk.at(90.0).states()[-1].help_s == 10.0, "it still stands"
    desk.supervision.order("take", "Kim")
    assert desk.at(91.0).logged[2:] == [SupervisorAction(91.0, "Kim", "takes care")]
    assert (desk.states()[-1].help_s, desk.states()[-1].taken_by) == (None, "Kim")


def test_a_second_press_takes_the_request_back() -> None:
    desk = Desk().at(10.0)
    for now_s in (10.0, 11.0):
        desk.log(desk.supervision.ask(now_s))
    assert desk.logged[1] == HelpRequest(11.0, "withdrawn")
    assert desk.at(60.0).states()[-1].help_s is None
    assert len(desk.logged) == 2


def test_without_wall_and_webhook_nobody_is_asked_and_nothing_is_waited_for() -> None:
    desk = Desk(reach=Reach())
    for now_s in (10.0, 11.0):
        desk.log(desk.supervision.ask(now_s))
    assert desk.at(60.0).logged == [HelpRequest(10.0, "asked"), HelpRequest(11.0, "asked")]


def test_a_request_while_the_broker_is_away_stands_when_it_is_back() -> None:
    desk = Desk(reach=Reach("away", trouble="Can't reach the broker."))
    desk.log(desk.supervision.ask(10.0))
    assert desk.logged == [HelpRequest(10.0, "asked")]
    assert desk.at(12.0).states()[-1].help_s == 10.0
    assert desk.logged[1:] == [Health(12.0, "wall", fine=False, note="Can't reach the broker.")]
    desk.reach = CONNECTED
    assert desk.at(14.0).logged[2:] == [Health(14.0, "wall", fine=True, note="The wall is connected again.")]


def test_a_follower_is_in_the_record_and_gone_when_the_wall_falls_silent() -> None:
    desk = Desk().at(1.0)
    for now_s in (2.0, 7.0):
        desk.supervision.order("follow", "Kim")
        desk.at(now_s)
    assert desk.logged == [SupervisorAction(2.0, "Kim", "follows")]
    assert desk.states()[-1].followed_by == ("Kim",)
    assert desk.at(7.0 + FOLLOW_S).logged[1:] == [SupervisorAction(22.0, "Kim", "stops following")]
    assert desk.states()[-1].followed_by == ()
    desk.sent.clear()
    assert desk.at(23.0).details() == []


def test_a_title_is_published_without_what_would_be_filled_in() -> None:
    rulebook = load(metrics=BY_NAME)
    quoting = replace(rulebook["slow-down"], title="Slow down, {phrase}")
    shown = RulesShown.of(replace(rulebook, rules=(quoting, rulebook["danger"])))
    assert shown == RulesShown({"slow-down": "Slow down", "danger": "Get help now"}, frozenset(["danger"]))


def test_who_follows_sees_rules_and_prompts_and_no_words() -> None:
    desk = Desk().at(1.0)
    desk.supervision.order("follow", "Kim")
    prompt = Prompt("slow-down", "slow_down", "prompt", "Slow down", "Zanzibar", "Zanzibar", 5.0)
    desk.at(2.0).tell(WORDS, firing("slow-down"), PromptShown(prompt)).at(4.0)
    assert [moment.text for moment in desk.details()[-1].moments] == ["Slow down", "Slow down"]
    assert not list(desk.supervision.share_words(4.0)), "the settings of this desk do not permit it"
    assert not [payload for _, payload, _ in desk.sent if b"Zanzibar" in payload]


def test_words_are_read_only_while_the_agent_shares_them_with_those_who_follow() -> None:
    desk = Desk(PublishedCall("Sam", "given", words=True)).at(1.0)
    assert not list(desk.supervision.share_words(1.0)), "nobody follows"
    desk.supervision.order("follow", "Kim")
    desk.at(2.0).tell(WORDS).at(3.0)
    assert desk.logged == [SupervisorAction(2.0, "Kim", "follows", may_share=True)]
    assert b"Zanzibar" not in desk.sent[-1][1]
    desk.log(desk.supervision.share_words(4.0))
    assert desk.logged[-1] == WordsShared(4.0, on=True)
    assert [moment.text for moment in desk.at(5.0).details()[-1].moments] == ["Zanzibar"]
    desk.supervision.order("unfollow", "Kim")
    desk.at(6.0)
    desk.supervision.order("follow", "Ana")
    assert desk.at(7.0).details()[-1].moments == (), "Ana was not let to"


def test_words_end_with_a_pause_and_with_a_refusal() -> None:
    desk = Desk(PublishedCall("Sam", "given", words=True)).at(1.0)
    desk.supervision.order("follow", "Kim")
    desk.at(2.0)
    desk.log(desk.supervision.share_words(2.0))
    desk.tell(Progress(3.0, recording="paused"), WORDS)
    assert desk.details()[-1].moments == ()
    desk.at(4.0).tell(WORDS).at(5.0)
    desk.supervision.know("refused", words=False)
    assert desk.at(6.0).details()[-1].moments == ()
    assert desk.states()[-1].consent == "refused"


def test_a_second_supervisor_takes_over_and_only_who_takes_care_lets_go() -> None:
    desk = Desk().at(1.0)
    for do, by in (("take", "Kim"), ("take", "Kim"), ("take", "Ana"), ("release", "Kim"), ("release", "Ana")):
        desk.supervision.order(do, by)  # type: ignore[arg-type]
    assert [(event.by, event.does) for event in desk.at(2.0).logged if isinstance(event, SupervisorAction)] == [
        ("Kim", "takes care"),
        ("Ana", "takes care"),
        ("Ana", "lets go"),
    ]
