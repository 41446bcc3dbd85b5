"""What is said of a call from outside it: by the telephone system, between agent and supervisors, and afterwards."""

from monitor.call.coaching import agreed
from monitor.call.supervision import supervisor_events
from monitor.call.telephone import telephone_events

OutsideEvent = agreed.CoachingEvent | telephone_events.TelephoneEvent | supervisor_events.SupervisorEvent

KINDS: dict[str, type[OutsideEvent]] = {**agreed.KINDS, **telephone_events.KINDS, **supervisor_events.KINDS}
"""See `monitor.call.events.KINDS`."""
