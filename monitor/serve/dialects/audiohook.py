"""Genesys AudioHook v2: both sides on one connection, and a conversation about it.

Genesys, reference implementation of AudioHook (purecloudlabs/audiohook-reference-implementation, 2871b01).
"""

from collections.abc import Iterable, Iterator, Mapping

from monitor.serve.dialects import audiohook_messages as messages
from monitor.serve.dialects.audiohook_messages import Envelope, Medium, Opening
from monitor.serve.dialects.codecs import channels, mu_law
from monitor.serve.dialects.dialect import Close, DialectError, Send, Step
from monitor.serve.dialects.parameters import call_id, details
from monitor.serve.signals import Discarded, Paused, Resumed, Role, SideBegins, SideEnds, Sound

RATE_HZ = 8000
ROLES: Mapping[str, Role] = {"external": "customer", "internal": "agent"}
AHEAD_SAMPLES = 2 * RATE_HZ
"""How far ahead of the clock a platform may say that it discarded something."""


class AudioHook:
    """The session of a conversation.

    Args:
        organization: of the headers; `open` must name the same.
        session: of the headers; every message must have it.
    """

    name = "audiohook"
    close_is_end = False

    def __init__(self, organization: str, session: str) -> None:
        self._organization = organization
        self._session = session
        self._seq = self._clientseq = 0
        self._state = "preparing"
        """Also "active", "paused", "probed" and "over"."""
        self._sides = 0
        self._began_ns = 0
        self._position = 0
        """Samples since the start of the media, with those that were discarded."""

    def text(self, message: str, at_ns: int) -> Iterable[Step]:
        """Read a message."""
        got = messages.read(message)
        if got.version != messages.VERSION or got.id != self._session:
            raise DialectError("An AudioHook message is of another version or session.")
        if got.seq != self._clientseq + 1 or not 0 <= got.serverseq <= self._seq:
            raise DialectError("An AudioHook message is out of sequence.")
        self._clientseq = got.seq
        return self._step(got, at_ns)

    def binary(self, message: bytes, at_ns: int) -> Iterable[Step]:
        """Read sound; what is still under way after a pause is dropped."""
        if self._state == "active" and self._sides:
            sounds = channels(mu_law(message), self._sides)
            first, self._position = self._position, self._position + len(message) // self._sides
            return [Sound(side, samples, at_ns, first) for side, samples in enumerate(sounds) if samples]
        if self._state in {"preparing", "probed"}:
            raise DialectError("AudioHook sent sound before it was asked for.")
        return []

    def refuse(self, sentence: str, *, later: bool) -> Iterable[Step]:
        """Disconnect: the client closes."""
        del later
        return self._disconnect("error", sentence)

    def pause(self) -> Iterable[Step]:
        """Ask for no more sound."""
        return [self._say("pause", {})] if self._state in {"active", "paused"} else []

    def resume(self) -> Iterable[Step]:
        """Ask for sound again."""
        return [self._say("resume", {})] if self._state in {"active", "paused"} else []

    def end(self, why: str) -> Iterable[Step]:
        """Disconnect: the client closes."""
        return self._disconnect("completed", why)

    def _step(self, got: Envelope, at_ns: int) -> Iterator[Step]:
        match got.type:
            case "open" if self._state == "preparing":
                yield from self._open(messages.parameters(got, Opening), at_ns)
            case "ping":
                yield self._say("pong", {})
            case "close":
                yield from self._close(messages.parameters(got, messages.Closing).reason, at_ns)
            case "paused" if self._state == "active":
                self._state = "paused"
                yield from (Paused(side, at_ns) for side in range(self._sides))
            case "resumed" if self._state == "paused":
                self._state = "active"
                yield from (Resumed(side, at_ns) for side in range(self._sides))
                yield from self._discard(messages.parameters(got, messages.Span), at_ns)
            case "discarded" if self._state in {"active", "paused"}:
                yield from self._discard(messages.parameters(got, messages.Span), at_ns)
            case "update":
                messages.parameters(got, messages.Update)
                yield self._say("updated", {})
            case "paused" | "resumed" | "discarded" | "error" | "reconnect":
                pass
            case "open":
                raise DialectError("AudioHook sent open twice.")
            case _:
                raise DialectError("AudioHook sent a message of an unknown type.")

    def _open(self, opening: Opening, at_ns: int) -> Iterator[Step]:
        if opening.organization_id != self._organization:
            raise DialectError("AudioHook's open names another organization than the request.")
        languages: dict[str, object] = {"supportedLanguages": []} if opening.supported_languages else {}
        medium = _chosen(opening.media)
        if opening.conversation_id == messages.NO_ONE and opening.participant.id == messages.NO_ONE:
            self._state = "probed"
        elif medium is None:
            raise DialectError("AudioHook offers no PCMU at 8 kHz, which is all that is supported.")
        else:
            self._state, self._began_ns = "active", at_ns
            self._sides = len(medium.channels)
            yield from self._begin(opening, medium, at_ns)
        media = [medium] if medium else []
        yield self._say("opened", {"media": media, "startPaused": False, **languages})

    def _begin(self, opening: Opening, medium: Medium, at_ns: int) -> Iterator[Step]:
        call = call_id(opening.conversation_id, "open has no conversationId")
        people = details({"language": opening.language, **(opening.custom_config or {})})
        for side, channel in enumerate(medium.channels):
            who = ROLES[channel]
            yield SideBegins(side, call, who, RATE_HZ, numbered=True, at_ns=at_ns, dialect=self.name, **people)

    def _discard(self, span: messages.Span, at_ns: int) -> Iterator[Step]:
        """Move on, but not ahead of the clock: clients announce what was not even spoken."""
        start = messages.duration_samples(span.start, RATE_HZ)
        count = messages.duration_samples(span.discarded, RATE_HZ)
        latest = (at_ns - self._began_ns) * RATE_HZ // 1_000_000_000 + AHEAD_SAMPLES
        first = self._position
        self._position = max(first, min(start + count, latest))
        if self._position > first:
            yield from (Discarded(side, first, self._position - first, at_ns) for side in range(self._sides))

    def _close(self, reason: str, at_ns: int) -> Iterator[Step]:
        over = reason in {"end", "disconnect"}
        if self._state in {"active", "paused"}:
            yield from (SideEnds(side, at_ns, call_over=over, why="close") for side in range(self._sides))
        yield self._say("closed", {})
        self._state, self._sides = "over", 0

    def _disconnect(self, reason: str, info: str) -> list[Step]:
        self._sides = 0
        if self._state == "over":
            return [Close()]
        self._state = "over"
        return [self._say("disconnect", {"reason": reason, **({"info": info} if info else {})})]

    def _say(self, kind: str, content: Mapping[str, object]) -> Send:
        self._seq += 1
        return Send(messages.write(kind, self._session, self._seq, self._clientseq, content))


def _chosen(media: list[Medium]) -> Medium | None:
    """Choose what is offered: both sides if they come apart, else one."""
    fitting = [
        one
        for one in media
        if (one.type, one.format, one.rate) == ("audio", "PCMU", RATE_HZ)
        and one.channels
        and set(one.channels) <= set(ROLES)
        and len(set(one.channels)) == len(one.channels)
    ]
    return max(fitting, key=lambda one: len(one.channels), default=None)
