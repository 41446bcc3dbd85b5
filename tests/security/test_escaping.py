"""What a call says stays text: in a page, a picture, an export and on a terminal."""

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.agent.app import AgentApp
from monitor.base import terminal
from monitor.base.lines import Inked
from monitor.base.terminal import printable
from monitor.call import text as plain
from monitor.call.events import Progress, PromptShown, SessionState, to_line
from monitor.call.info import write_info
from monitor.call.scorecard import card_files
from monitor.cli import main
from monitor.report import page, svg
from monitor.report.facts import of_call
from monitor.report.stored_call import kept
from monitor.report.team.estimates import OneCall
from monitor.report.team.store import numbers
from monitor.report.team.team_facts import of_calls
from rules.model import Prompt
from tests.fakes import FakeCall
from tests.report_calls import STARTED, short_call
from tests.security import nasty

STEERS = re.compile(
    r"[^\n\x20-\x7e\xa0-\uffff\U00010000-\U000dffff\U000e1000-\U0010ffff]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
"""What must never reach a terminal; a newline ends our own lines."""
TEXTS = st.lists(st.sampled_from(nasty.BITS) | st.text(max_size=8), min_size=1, max_size=4).map("".join)
WHOLE = "".join(nasty.BITS)


class Tags(HTMLParser):
    """Reads a page as a browser would: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "xlink:href", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(text: str) -> str:
    facts = of_call(kept("2026-03-02/093000-aaaaaa", nasty.info(text), nasty.said(text), nasty.marks(text)))
    return page.call(facts, "<svg></svg>")


def texts_only(text: str) -> str:
    """Without what no file of a call can hold."""
    return text.encode("utf-8", "replace").decode()


@settings(max_examples=25, deadline=None)
@given(text=TEXTS)
def test_no_text_of_a_call_makes_a_tag_of_the_report(text: str) -> None:
    found, harmless = Tags(page_of(text)), Tags(page_of("harmless"))
    assert set(found.tags) <= set(harmless.tags)
    assert "script" not in {tag for tag, _ in found.tags}
    assert not [name for _, names in found.tags for name in names if name.startswith("on")]
    assert all(link.startswith(("#", "data:audio/")) for link in found.links)


def test_the_text_is_there_to_be_read() -> None:
    assert "<script>alert(1)</script>" in Tags(page_of(WHOLE)).text


@settings(max_examples=10, deadline=None)
@given(text=TEXTS)
def test_no_name_makes_a_tag_of_a_team_report(text: str) -> None:
    def made(agent: str) -> Tags:
        _, said = short_call(0, 8.0, "followed")
        call = numbers(of_call(kept("a/b", nasty.info(agent), [*said, *nasty.said(agent)])))
        return Tags(
            page.team(of_calls([OneCall(agent, STARTED.date(), call)], agent), "<svg></svg>", "<svg></svg>", [agent])
        )

    assert set(made(text).tags) <= set(made("harmless").tags)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_a_picture_with_any_text_is_whole(text: str) -> None:
    drawn = svg.draw("picture", svg.Alt(text, text), (9.0, 9.0), [svg.text((1.0, 1.0), text)])
    assert [tag for tag, _ in Tags(drawn).tags] == ["svg", "title", "desc", "text"]
    if not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text):
        assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - drawn here


def test_a_whole_report_with_its_pictures_has_no_tag_too_many(tmp_path: Path) -> None:
    made = [written(tmp_path / name, text) for name, text in (("nasty", WHOLE), ("harmless", "harmless"))]
    for place in made:
        done = CliRunner().invoke(main, ["report", str(place)])
        assert done.exit_code == 0, done.output
    found, harmless = (Tags((place / "report.html").read_text("utf-8")) for place in made)
    assert set(found.tags) <= set(harmless.tags)


@pytest.mark.parametrize("team", [False, True])
def test_a_page_may_run_and_load_nothing(team: bool, tmp_path: Path) -> None:  # noqa: FBT001 - pytest gives it
    place = written(tmp_path / "calls", "harmless")
    what = ["--team", "--calls", str(tmp_path / "calls")] if team else [str(place)]
    CliRunner().invoke(main, ["report", *what, "-o", str(tmp_path / "page.html")], catch_exceptions=False)
    made = (tmp_path / "page.html").read_text("utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', made)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "media-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert made.index("Content-Security-Policy") < made.index("<title>"), "it counts from where it stands"


def written(root: Path, text: str, *, halved: bool = False) -> Path:
    """A call as a folder; with half a surrogate pair in its words, as no program of ours would write it."""
    place = root / "2026-03-02" / "093000-aaaaaa"
    place.mkdir(parents=True)
    write_info(place, nasty.info(text))
    log = b"".join(map(to_line, nasty.said(text)))
    (place / "events.jsonl").write_bytes(log.replace(b"gnp.exe", b"\\ud800") if halved else log)
    (place / "marks.jsonl").write_bytes(b"".join(map(to_line, nasty.marks(text))))
    for name in ("Sue", f"Sue{text}"):
        card_files.save(place, nasty.card(name, text))
    return place


@pytest.mark.parametrize("halved", [False, True])
@pytest.mark.parametrize(
    "command",
    [
        ["replay", "--plain"],
        ["replay", "{call}", "--plain"],
        ["report", "--text"],
        ["score", "--plain"],
        ["score", "--agreement"],
        ["playlist", "--item", "one", "-o", "{call}/list.html"],
        ["report", "--team", "--names", "--text"],
        ["calls"],
        ["rules", "quality"],
        ["forget", "no\x1b[2Jbody"],
        ["replay", "no\x1b[2Jbody", "--plain"],
    ],
)
def test_nothing_of_a_call_steers_a_terminal(tmp_path: Path, command: list[str], *, halved: bool) -> None:
    place = written(tmp_path / "calls", WHOLE, halved=halved)
    calls = ["--calls", str(tmp_path / "calls")]
    done = CliRunner().invoke(main, [*(part.format(call=place) for part in command), *calls])
    assert done.exit_code in {0, 1}, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert not STEERS.findall(done.stdout + done.stderr)
    assert "\n  0:05  PROMPT    forged" not in done.stdout, "a line of a call is no line of ours"


def test_the_page_of_a_playlist_holds_no_tag_of_a_call(tmp_path: Path) -> None:
    written(tmp_path / "calls", WHOLE)
    made = [tmp_path / "nasty.html", tmp_path / "plain.html"]
    for place, title in zip(made, (WHOLE, "plain"), strict=True):
        arguments = ["playlist", "--item", "one", "--names", "--title", title, "--calls", str(tmp_path / "calls")]
        assert CliRunner().invoke(main, [*arguments, "-o", str(place)]).exit_code == 0
    pages = [Tags(place.read_text("utf-8")) for place in made]
    assert pages[0].tags == pages[1].tags
    assert not {"script", "img"} & {tag for tag, _ in pages[0].tags}


@pytest.mark.parametrize("name", ["\x1b[2Jcall.wav", "\u202evaw.llac.wav", "a\nb.wav"])
def test_file_names_do_not_either(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no sound")
    done = CliRunner().invoke(main, ["analyze", str(tmp_path), "--model", "none", "--calls", str(tmp_path / "calls")])
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert not STEERS.findall(done.output)


def test_data_for_programs_are_exact_and_a_terminal_is_not_steered_by_them(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    content = WHOLE.encode() + b"\r\nnext\n"
    terminal.show(content)
    assert capfdbinary.readouterr().out == content
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    terminal.show(content)
    shown = capfdbinary.readouterr().out.decode()
    assert not STEERS.findall(shown)
    assert shown.endswith("\nnext\n")


@given(text=TEXTS)
def test_what_is_printable_is_left_as_it_is_and_nothing_else(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert not STEERS.findall(shown)
    assert "\n" not in shown
    assert printable(shown) == shown
    shown.encode("utf-8")


def test_languages_of_the_world_are_printable() -> None:
    spoken = "Grüße aus Łódź, 你好, مرحبا, नमस्ते, می‌خواهم, it’s 20 °C 👩‍💻"
    assert printable(spoken) == spoken


@settings(max_examples=25, deadline=None)
@given(text=TEXTS)
def test_json_holds_every_text_as_it_was(text: str) -> None:
    event = nasty.said(texts_only(text))[-2]
    assert texts_only(text) in json.loads(to_line(event)).values()


def test_a_line_of_a_live_call_is_one_line() -> None:
    lines = [printable(line) for event in nasty.said(WHOLE) if (line := plain.line(event))]
    assert lines
    assert all("\n" not in line and not STEERS.findall(line) for line in lines)


async def test_the_screen_is_not_steered_by_what_it_shows() -> None:
    prompt = Prompt("nasty", "note", "urgent", WHOLE, WHOLE, WHOLE, 1.0)
    async with AgentApp(FakeCall()).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, AgentApp)
        for event in (SessionState("call"), Progress(2.0), *nasty.said(WHOLE)[-9:-4], PromptShown(prompt)):
            app.show(event)
        await pilot.pause(0.5)
        widgets = list(app.screen.query(Inked))
        shown = "\n".join(widget.render_line(y).text for widget in widgets for y in range(widget.size.height))
    assert "�" in shown
    assert not STEERS.findall(shown)
