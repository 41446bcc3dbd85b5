"""The transcript as captions: WebVTT with a voice for each speaker, a metadata track of the prompts, and SubRip.

WebVTT: https://www.w3.org/TR/webvtt1/
"""

from collections.abc import Iterator

import msgspec

from monitor.call.analysis import UtteranceText
from monitor.export.source import Source

NAMES = {"agent": "Agent", "customer": "Customer"}


def vtt(source: Source, *, named: bool = True) -> str:
    """Write the transcript as WebVTT captions, each in the voice of its speaker; in none if two are on one track.

    Args:
        source: the call.
        named: begin with a note that says whose call it is.
    """
    blocks = ["WEBVTT - what was said", *([_whose(source)] if named else []), *_notes(source)]
    for number, spoken in enumerate(_spoken(source), start=1):
        text = _escaped(_one_line(spoken))
        voice = "" if source.info.mixed else f"<v {_name(source, spoken)}>"
        blocks.append(f"{number}\n{_clock(spoken.start_s, '.')} --> {_clock(spoken.end_s, '.')}\n{voice}{text}")
    return "\n\n".join(blocks) + "\n"


def prompts_vtt(source: Source) -> str:
    """Write the prompts as a WebVTT metadata track, one JSON object per cue; `seen` says whether the agent saw it."""
    recording = source.info.kind == "recording"
    blocks = [f"WEBVTT - prompts that {'would have come up' if recording else 'came up'}", _whose(source)]
    for number, prompt in enumerate(source.analysis.prompts, start=1):
        end_s = prompt.until_s if prompt.until_s is not None else source.analysis.call.duration_s
        shown = {name: getattr(prompt, name) for name in ("rule", "action", "severity", "title", "fact", "advice")}
        became = {name: getattr(prompt, name) for name in ("outcome", "after", "taken_down", "seen", "draw")}
        payload = _json({**shown, **became})
        times = f"{_clock(prompt.since_s, '.')} --> {_clock(max(end_s, prompt.since_s + 0.001), '.')}"
        blocks.append(f"{number}\n{times}\n{payload}")
    return "\n\n".join(blocks) + "\n"


def srt(source: Source) -> str:
    """Write the transcript as SubRip captions, each headed by its speaker; by none if two are on one track."""
    return "\n".join(
        f"{number}\n{_clock(spoken.start_s, ',')} --> {_clock(spoken.end_s, ',')}\n"
        f"{'' if source.info.mixed else f'{_name(source, spoken)}: '}{_one_line(spoken).replace('-->', '->')}\n"
        for number, spoken in enumerate(_spoken(source), start=1)
    )


def _spoken(source: Source) -> Iterator[UtteranceText]:
    return (spoken for spoken in source.analysis.utterances if spoken.end_s > spoken.start_s)


def _name(source: Source, spoken: UtteranceText) -> str:
    """Who said it, and whether that is estimated."""
    return f"{NAMES[spoken.speaker]}{' (estimated)' if source.info.separated else ''}"


def _one_line(spoken: UtteranceText) -> str:
    return " ".join(spoken.text.split())


def _notes(source: Source) -> Iterator[str]:
    for gap in source.analysis.gaps:
        what = "Words" if gap.what == "words" else "Sound"
        yield f"NOTE {what} missing from {_clock(gap.start_s, '.')} to {_clock(gap.end_s, '.')}"


def _whose(source: Source) -> str:
    return f"NOTE call {_json(source.identity)}"


def _json(value: object) -> str:
    """JSON without the arrow that would end a cue or a note."""
    return msgspec.json.encode(value).decode().replace(">", "\\u003e")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(time_s: float, point: str) -> str:
    milliseconds = round(time_s * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
