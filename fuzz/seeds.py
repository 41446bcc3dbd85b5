"""Good inputs that several readers share."""

from monitor.call.events import to_line
from tests.monitor.call.test_events import EVENTS

EVENTS_LOG = b"".join(map(to_line, EVENTS))
INFO = b"""started = 2026-03-01T10:00:00+01:00
source = "a.wav"
speakers = ["agent", "customer"]
model = "default"
rules = "abcdef012345"
version = "0.1.0"
agent = "Sam"
consent = "given"
closed = true
duration_s = 131.5
"""
