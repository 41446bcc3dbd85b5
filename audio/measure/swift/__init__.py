"""The network that measures pitch: swift-f0, which comes as a package with its weights."""
