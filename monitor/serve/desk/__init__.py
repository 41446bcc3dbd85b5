"""The calls as the front sees them: which sides are one call, and which worker has it."""
