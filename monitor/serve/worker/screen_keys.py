"""What the keys of an agent's screen do to her call."""

from monitor.live.live_call import LiveCall
from monitor.serve.orders import ScreenSays
from rules.model import Prompt


def obey(call: LiveCall, says: ScreenSays, prompt: Prompt | None) -> None:
    """Do what the agent wants; a prompt that is gone meanwhile is no matter.

    Args:
        call: hers.
        says: what she wants.
        prompt: the one that is up.
    """
    is_up = prompt is not None and (prompt.rule, prompt.since_s) == (says.rule, says.since_s)
    match says.do:
        case "dismiss":
            call.dismiss()
        case "wrong" if prompt and is_up:
            call.mark_wrong(prompt)
        case "seen" if prompt and is_up:
            call.confirm_seen(prompt)
        case "flag":
            call.flag()
        case "help":
            call.ask_for_help()
        case "share":
            call.share_words()
        case "snooze":
            call.snooze(says.minutes)
        case "pause":
            call.pause_recording()
        case _:
            pass
