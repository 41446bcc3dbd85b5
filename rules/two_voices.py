"""When one track is that of two people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicesCondition:
    """When the stretches of speech on one track, in two groups by pitch, are those of two people."""

    voiced_s: float
    """Least voiced speech of which anything is said."""
    apart_st: float
    """Least distance between the pitches of the groups."""
    smaller_share: float
    """Least share of the smaller group."""
    changes: float
    """Least share of neighbouring stretches of different groups: people take turns."""
    timbre: float
    """How surely the timbre must tell the groups apart, 0.5 to 1: an upset voice is higher, and the same voice."""
    separation: float
    """Groups this many times as far apart as they are wide need no other timbre."""

    def met(  # noqa: PLR0913 - one argument a measure
        self,
        *,
        voiced_s: float,
        apart_st: float,
        smaller_share: float,
        changes: float,
        timbre: float,
        separation: float,
    ) -> bool:
        """Whether a track with these measures holds two people."""
        in_turns = smaller_share >= self.smaller_share and changes >= self.changes
        differ = timbre >= self.timbre or separation >= self.separation
        return voiced_s >= self.voiced_s and apart_st >= self.apart_st and in_turns and differ
