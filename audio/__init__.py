"""Sound in, measurements out; knows no rules and no screens."""

import os

# ONNX Runtime would keep a number for this machine and report to its maker over the network.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
