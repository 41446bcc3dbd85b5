"""A telephone call between two SIP telephones, each of which plays a file."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.pbx.asterisk_folder import AGENT_PORT, CALLER_PORT, SIP_PORT

_SDP = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="call">
"""
_TO = "INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0"
_COMMON = """Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{tag}
Call-ID: [call_id]
CSeq: {number}
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
"""


def _send(first: str, head: str, body: str = "", more: str = "") -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    return f"<send{more}><![CDATA[\n\n{first}\n{head}{kind}Content-Length: [len]\n\n{body}\n]]></send>\n"


def _play(sound: Path, seconds: float) -> str:
    play = f'<exec rtp_stream="{sound},1,0,PCMU/8000"/>'
    return f'<nop><action>{play}</action></nop>\n<pause milliseconds="{round(seconds * 1000)}"/>\n'


def caller(sound: Path, seconds: float) -> str:
    """The scenario of who calls, plays and hangs up."""
    dialled = _COMMON.format(tag="", number="1 INVITE")
    inside = _COMMON.replace("To: <sip:[service]@[remote_ip]:[remote_port]>{tag}", "To: [peer_tag_param]")
    inside = _COMMON.format(tag="[peer_tag_param]", number="{number}")
    return (
        _HEAD
        + _send(_TO, dialled, _SDP, ' retrans="500"')
        + '<recv response="100" optional="true"/><recv response="180" optional="true"/>'
        + '<recv response="183" optional="true"/><recv response="200"/>\n'
        + _send(_TO.replace("INVITE", "ACK", 1), inside.format(number="1 ACK"))
        + _play(sound, seconds)
        + _send(_TO.replace("INVITE", "BYE", 1), inside.format(number="2 BYE"), more=' retrans="500"')
        + '<recv response="200"/></scenario>\n'
    )


def agent(sound: Path, seconds: float) -> str:
    """The scenario of who answers and plays."""
    echo = "[last_Via:]\n[last_From:]\n[last_To:];tag=agent\n[last_Call-ID:]\n[last_CSeq:]\n"
    contact = "Contact: <sip:agent@[local_ip]:[local_port]>\n"
    bye = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
    return (
        _HEAD
        + '<recv request="INVITE"/>\n'
        + _send("SIP/2.0 180 Ringing", echo + contact)
        + _send("SIP/2.0 200 OK", echo + contact, _SDP, ' retrans="500"')
        + '<recv request="ACK"/>\n'
        + _play(sound, max(1.0, seconds - 2))
        + '<recv request="BYE"/>\n'
        + _send("SIP/2.0 200 OK", bye)
        + "</scenario>\n"
    )


def start(
    folder: Path, root: Path, extension: str, sounds: tuple[Path, Path], seconds: float
) -> list[subprocess.Popen[bytes]]:
    """Start both telephones; the caller hangs up after the seconds.

    Args:
        folder: for the scenarios.
        root: where sipp is unpacked if the machine has none.
        extension: that is dialled.
        sounds: G.711 µ-law without a header, of the caller and the agent.
        seconds: of the call.
    """
    own = shutil.which("sipp")
    sipp = own or str(root / "usr/bin/sipp")
    libraries = {} if own else {"LD_LIBRARY_PATH": str(next(root.glob("usr/lib/*/libgsl.so.*")).parent)}
    telephones = []
    for name, port, media, scenario, to in (
        ("agent", AGENT_PORT, 16000, agent(sounds[1], seconds), []),
        ("caller", CALLER_PORT, 17000, caller(sounds[0], seconds), ["-s", extension, f"127.0.0.1:{SIP_PORT}"]),
    ):
        path = folder / f"{name}.xml"
        path.write_text(scenario)
        command = [sipp, "-sf", str(path), "-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1", "-mp", str(media)]
        log = (folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [*command, "-m", "1", "-nostdin", "-timeout", f"{round(seconds) + 20}s", *to],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TERM": "xterm", **libraries},
            cwd=folder,
        )
        log.close()
        telephones.append(process)
    return telephones
