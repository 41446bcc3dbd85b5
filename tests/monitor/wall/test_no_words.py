"""No word of a call is in anything that a desk sends to the broker."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from audio.values import Utterance, Word
from monitor import sample
from monitor.call.events import Ended, LiveEvent, Mark, Progress, PromptShown
from monitor.call.info import CallInfo, new_info
from monitor.pipeline.metrics import BY_NAME
from monitor.settings.config import Agent, Settings, Team, Wall
from monitor.wall.desk_calls import DeskCalls
from rules.load import load
from rules.model import Firing, Noticed, Prompt
from tests.monitor.wall.mosquitto import Mosquitto

pytestmark = pytest.mark.slow
LINES = json.loads((Path(sample.CALL).parent / "truth.json").read_text())["lines"]
OURS = {"on", "prompt", "flag", "state", "call", "calls", "slow", "down", "request", "support", "offer", "supervisor"}
"""Words of the topics, of fixed values, and of the names and titles of rules."""


def values(found: Any) -> Iterator[str]:  # noqa: ANN401 - what JSON holds
    """The texts in a message; its keys are the same for every call."""
    match found:
        case str():
            yield found
        case dict() | list():
            for one in found.values() if isinstance(found, dict) else found:
                yield from values(one)


def said() -> list[LiveEvent]:
    """The built-in call: its words, and all that quotes them."""
    events: list[LiveEvent] = []
    for line in LINES:
        start_s, end_s, text = line["start_s"], line["end_s"], line["text"]
        words = tuple(Word(start_s, end_s, word, 0.9) for word in text.split())
        prompt = Prompt("slow-down", "slow_down", "prompt", text, text, text, start_s)
        quoted = Firing(
            "escalate-request", "customer", start_s, None, None, None, "urgent", "escalate", evidence=(text,),
            because=(text,), key_words=(text,), say_back=text, owner="agent",
        )  # fmt: skip
        events += [
            Progress(start_s, recording="on"),
            Utterance(line["speaker"], start_s, end_s, words, known_s=end_s),
            Noticed("promise", line["speaker"], start_s, end_s, text, text),
            quoted,
            PromptShown(prompt),
            Mark(start_s, "flag", text),
        ]
    return events


def info() -> CallInfo:
    return replace(new_info("Headset", ("agent", "customer"), "default", "", "live"), agent="Sam Porter")


def test_no_word_of_the_built_in_call_is_in_any_payload(tmp_path: Path) -> None:
    payloads: list[tuple[str, bytes]] = []
    with Mosquitto(tmp_path, "allow_anonymous true") as broker:
        listener = Client(CallbackAPIVersion.VERSION2)
        listener.on_message = lambda _client, _data, message: payloads.append((message.topic, message.payload))
        listener.on_connect = lambda client, *_: client.subscribe("#")
        listener.connect("localhost", broker.port)
        listener.loop_start()
        settings = Settings(
            agent=Agent(name="Sam Porter"),
            team=Team(name="Support"),
            wall=Wall(broker=f"mqtt://localhost:{broker.port}", user="sam"),
        )
        desk = DeskCalls(settings)
        call = desk.of_call(info(), load(metrics=BY_NAME))
        call.order("follow", "kim")
        until_s = time.monotonic() + 20
        for number, event in enumerate([*said(), Ended(177.0, "stopped")]):
            for one in (event, *call.events(1.0)):
                call.tell(one)
            seen = len(payloads)
            while number % 30 == 29 and len(payloads) == seen and time.monotonic() < until_s:
                time.sleep(0.01)
        while not any(topic.endswith("/state") and not payload for topic, payload in payloads):
            assert time.monotonic() < until_s
            time.sleep(0.01)
        desk.close()
        listener.disconnect()
        listener.loop_stop()
    assert len([topic for topic, _ in payloads if topic.endswith("/state")]) > 5
    assert [topic for topic, _ in payloads if topic.endswith("/detail")]
    texts = [text for _, payload in payloads if payload for text in values(json.loads(payload))]
    sent = " ".join([*(topic for topic, _ in payloads), *texts]).lower()
    assert "sam porter" in sent
    spoken = {word for line in LINES for word in re.findall(r"[a-z]{2,}", line["text"].lower())} - OURS
    assert len(spoken) > 150
    assert spoken & set(re.findall(r"[a-z]+", sent)) == set()
