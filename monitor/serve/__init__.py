"""Calls from the telephone system: both sides over the network, measured in worker processes.

`front` accepts, authenticates, reads and stamps; `dialects` turns what each platform sends into `signals`; a
`call_desk.CallDesk` pairs the sides to calls and hands them to the workers as `records`.
"""
