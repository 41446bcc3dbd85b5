"""What is said of a call from outside it: by the telephone system, and between the agent and the supervisors."""

from monitor.call.supervision import supervisor_events
from monitor.call.telephone import telephone_events

OutsideEvent = telephone_events.TelephoneEvent | supervisor_events.SupervisorEvent

KINDS: dict[str, type[OutsideEvent]] = {**telephone_events.KINDS, **supervisor_events.KINDS}
"""See `monitor.call.events.KINDS`."""
