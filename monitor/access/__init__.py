"""Who has opened, played, exported, reported or followed whose call: kept with the call, for its agent to see."""
