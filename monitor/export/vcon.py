"""A call as a vCon, the IETF's container for conversations (draft-ietf-vcon-vcon-core, version 0.4.0).

The recording is a dialog with one party per channel. The transcript is an analysis of type wtf_transcription
(draft-howe-vcon-wtf-extension), our numbers are an analysis of type report. The customer's consent to the recording is
an attachment of type consent (draft-howe-vcon-consent-00).
"""

import base64
import hashlib
import math
import uuid
from datetime import timedelta
from statistics import fmean
from typing import Any

import msgspec

from monitor.call.analysis import UtteranceText
from monitor.export.recording import recording
from monitor.export.source import Source

VENDOR = "Tone Monitor"


def vcon(source: Source, *, with_audio: bool = True) -> bytes:
    """Write the call as one unsigned vCon; the same call gives the same bytes.

    Args:
        source: the call.
        with_audio: include the recording, if there is one, with masked digits silenced.

    Raises:
        ExportError: the recording cannot be read.
    """
    call, info = source.analysis.call, source.info
    ended = info.started + timedelta(seconds=call.duration_s)
    names = {"agent": info.agent, "customer": info.customer}
    parties = [{"role": speaker} | ({"name": names[speaker]} if names[speaker] else {}) for speaker in call.speakers]
    return msgspec.json.encode(
        {
            "vcon": "0.4.0",
            "uuid": str(_uuid8(f"{source.id} {info.started.isoformat()}")),
            "extensions": ["wtf_transcription"],
            "created_at": ended.isoformat(timespec="milliseconds"),
            "subject": f"Call {source.id}",
            "parties": parties,
            "dialog": [_recording(source, with_audio=with_audio)],
            "analysis": [_transcription(source), _report(source)],
            **({"attachments": [_consent(source)]} if info.consent.status in {"given", "refused"} else {}),
        }
    )


def _recording(source: Source, *, with_audio: bool) -> dict[str, Any]:
    dialog: dict[str, Any] = {
        "type": "recording",
        "start": source.info.started.isoformat(timespec="milliseconds"),
        "duration": round(source.analysis.call.duration_s, 3),
        "parties": list(range(len(source.analysis.call.speakers))),
    }
    sound = recording(source) if with_audio else None
    if sound is None:
        return dialog
    body = base64.urlsafe_b64encode(sound.content).rstrip(b"=").decode()
    return {**dialog, "mediatype": sound.mediatype, "filename": sound.name, "encoding": "base64url", "body": body}


def _transcription(source: Source) -> dict[str, Any]:
    analysis, info = source.analysis, source.info
    words: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    for spoken in analysis.utterances:
        speaker = analysis.call.speakers.index(spoken.speaker)
        first = len(words)
        for word in spoken.words:
            times = {"start": word.start_s, "end": word.end_s}
            words.append({"id": len(words), **times, "text": word.text, **_sure(word.probability), "speaker": speaker})
        segments.append(
            {
                "id": len(segments),
                "start": spoken.start_s,
                "end": spoken.end_s,
                "text": spoken.text,
                **_sure(_confidence(spoken)),
                "speaker": speaker,
                "words": list(range(first, len(words))),
            }
        )
    heard = info.started.isoformat(timespec="milliseconds")
    body = {
        "transcript": {
            "text": " ".join(segment["text"] for segment in segments),
            "language": source.language,
            "duration": round(analysis.call.duration_s, 3),
            **_sure(fmean(word["confidence"] for word in words) if words else 0.0),
        },
        "segments": segments,
        "metadata": {
            "created_at": heard,
            "processed_at": heard,
            "provider": "whisper",
            "model": info.model,
            "audio": {"duration": round(analysis.call.duration_s, 3), "channels": len(analysis.call.speakers)},
            "options": {},
        },
        "words": words,
    }
    return {"type": "wtf_transcription", "dialog": 0, **_ours(source), "encoding": "json", "body": body}


def _report(source: Source) -> dict[str, Any]:
    analysis = msgspec.to_builtins(source.analysis)
    body = {name: value for name, value in analysis.items() if not name.startswith("utterances")}
    return {"type": "report", "dialog": 0, **_ours(source), "encoding": "json", "body": body}


def _consent(source: Source) -> dict[str, Any]:
    consent, speakers = source.info.consent, source.analysis.call.speakers
    at = consent.at or source.info.started.isoformat(timespec="milliseconds")
    granted = {"granted": consent.status == "given", "granted_at": at}
    body: dict[str, Any] = {
        "expiration": None,
        "consent_grants": [{"purpose": purpose, **granted} for purpose in ("recording", "transcription")],
    }
    if consent.method:
        body["proof_mechanisms"] = [{"proof_type": consent.method, "timestamp": at}]
    whose = {"party": speakers.index("customer")} if "customer" in speakers else {}
    about = {"type": "consent", "purpose": "consent", "start": at, **whose, "dialog": 0}
    return {**about, "mediatype": "application/json", "encoding": "json", "body": body}


def _ours(source: Source) -> dict[str, str]:
    return {"vendor": VENDOR, "product": f"{VENDOR} {source.info.version}", "mediatype": "application/json"}


def _confidence(spoken: UtteranceText) -> float:
    return fmean(word.probability for word in spoken.words) if spoken.words else 0.0


def _sure(probability: float) -> dict[str, float]:
    return {"confidence": 0.0 if math.isnan(probability) else round(probability, 3)}


def _uuid8(name: str) -> uuid.UUID:
    """A version 8 UUID (RFC 9562) that is the same for the same call."""
    digits = bytearray(hashlib.sha256(name.encode()).digest()[:16])
    digits[6] = digits[6] & 0x0F | 0x80
    digits[8] = digits[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(digits))
