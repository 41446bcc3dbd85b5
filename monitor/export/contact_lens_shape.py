"""The shape of a Contact Lens file, as far as it is written here; its names are Amazon's."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from audio.block import Speaker
from monitor.call.analysis import FiringRow, Review, SpeakerFigures
from monitor.call.events import Gap, Mark
from monitor.call.info import Identity
from rules.model import ChecklistStep, Prompt

Role = Literal["AGENT", "CUSTOMER"]
Output = Literal["Raw", "Redacted"]


class _Part(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    pass


class Span(_Part, frozen=True):
    """A stretch of the call."""

    begin_offset_millis: int
    end_offset_millis: int


class TimedSpan(Span, frozen=True):
    """A stretch with its length."""

    duration_millis: int


class ContentMetadata(_Part, frozen=True):
    """Whether anything is masked."""

    output: Output
    redaction_types: Sequence[Literal["PII"]] = ()


class CustomerMetadata(_Part, frozen=True):
    """Which contact it is."""

    contact_id: str


class Participant(_Part, frozen=True):
    """One speaker."""

    participant_id: Role
    participant_role: Role


class Details(_Part, frozen=True):
    """Where a category was matched."""

    points_of_interest: Sequence[Span]


class Categories(_Part, frozen=True):
    """Rules whose prompts the agent saw."""

    matched_categories: Sequence[str]
    matched_details: Mapping[str, Details]


class Interruptions(_Part, frozen=True):
    """Who cut in."""

    interruptions_by_interrupter: Mapping[Role, Sequence[TimedSpan]]
    total_count: int
    total_time_millis: int


class NonTalkTime(_Part, frozen=True):
    """Silences of both of 3 s and more."""

    total_time_millis: int
    instances: Sequence[TimedSpan]


class Speed(_Part, frozen=True):
    """How fast a speaker spoke; null where that was not measured."""

    average_words_per_minute: int | None


class TalkSpeed(_Part, frozen=True):
    """How fast each speaker spoke."""

    details_by_participant: Mapping[Role, Speed]


class Total(_Part, frozen=True):
    """A length of time."""

    total_time_millis: int


class TalkTime(_Part, frozen=True):
    """How long each speaker spoke."""

    total_time_millis: int
    details_by_participant: Mapping[Role, Total]


class Characteristics(_Part, frozen=True):
    """The figures of the conversation. Sentiment is not measured."""

    total_conversation_duration_millis: int
    interruptions: Interruptions
    non_talk_time: NonTalkTime
    talk_speed: TalkSpeed
    talk_time: TalkTime


class Redaction(_Part, frozen=True):
    """Where words of a turn are masked."""

    redacted_timestamps: Sequence[Span]


class SpokenTurn(_Part, frozen=True):
    """One turn of the transcript."""

    id: str
    participant_id: Role
    begin_offset_millis: int
    end_offset_millis: int
    content: str
    loudness_score: Sequence[float | None]
    """One value for each clock second that the turn touches; null where there was nothing to measure."""
    redaction: Redaction | None = None


class OwnPart(_Part, frozen=True):
    """What Contact Lens has no place for."""

    version: str
    call_id: str
    call: Identity
    mixed: bool
    """Whether two people are on its one track: then nobody has figures, and all turns stand under one role."""
    separated: bool
    """Whether two people on its one track were told apart by their voices: then all turns and figures are estimated."""
    rules: str
    speakers: Mapping[Speaker, SpeakerFigures]
    firings: Sequence[FiringRow]
    prompts: Sequence[Prompt]
    checklists: Mapping[str, Sequence[ChecklistStep]]
    gaps: Sequence[Gap]
    marks: Sequence[Mark]
    review: Review


class ContactLens(_Part, frozen=True, omit_defaults=False):
    """The whole file."""

    content_metadata: ContentMetadata
    customer_metadata: CustomerMetadata
    participants: Sequence[Participant]
    categories: Categories
    conversation_characteristics: Characteristics
    transcript: Sequence[SpokenTurn]
    tone_monitor: OwnPart
    version: Literal["1.1.0"] = "1.1.0"
    channel: Literal["VOICE"] = "VOICE"
    job_status: Literal["COMPLETED"] = "COMPLETED"
    language_code: str = "en-US"
    custom_models: Sequence[str] = ()
