"""A folder from which Asterisk starts without touching the machine, with the dialplan of docs/telephony.md."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/telephony.md"
MODULES = [
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "res_timing_timerfd",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_sdp_rtp",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_pubsub",
    "chan_pjsip",
    "res_rtp_asterisk",
    "codec_ulaw",
    "codec_alaw",
    "codec_a_mu",
    "codec_resample",
    "bridge_simple",
    "bridge_softmix",
    "bridge_native_rtp",
    "pbx_config",
    "app_dial",
    "app_originate",
    "app_chanspy",
    "app_stack",
    "app_verbose",
    "func_channel",
    "func_uuid",
    "res_http_websocket",
    "res_websocket_client",
    "chan_websocket",
    "res_audiosocket",
    "chan_audiosocket",
    "app_audiosocket",
]
FOLDERS = {
    "astetcdir": "etc",
    "astvarlibdir": "lib",
    "astdbdir": "lib",
    "astkeydir": "lib",
    "astspooldir": "spool",
    "astrundir": "run",
    "astlogdir": "log",
}
SIP_PORT, CALLER_PORT, AGENT_PORT = 15060, 15070, 15080


def from_page(name: str) -> str:
    """The content of a file that the page shows: the block below a line that names it."""
    block = re.search(rf"`{re.escape(name)}`[^\n]*\n\n?```[a-z]*\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert block, f"{PAGE.name} shows no {name}"
    return block[1]


def write(folder: Path, root: Path, server: str, token: str) -> Path:
    """Write the configuration; return the path of asterisk.conf.

    Args:
        folder: of this Asterisk.
        root: where its packages are unpacked.
        server: host and port of the monitor.
        token: of the platform.
    """
    for name in {*FOLDERS.values()}:
        (folder / name).mkdir(parents=True)
    etc = folder / "etc"
    places = [f"{key} => {folder / name}" for key, name in FOLDERS.items()]
    modules = next(root.glob("usr/lib/*/asterisk/modules"))
    data = root / "usr/share/asterisk"
    lines = ["[directories]", *places, f"astmoddir => {modules}", f"astdatadir => {data}", f"astagidir => {data}"]
    (etc / "asterisk.conf").write_text("\n".join([*lines, "[options]", "verbose = 3", ""]))
    (etc / "modules.conf").write_text(
        "\n".join(["[modules]", "autoload=no", *(f"load={one}.so" for one in MODULES), ""])
    )
    (etc / "logger.conf").write_text("[general]\n[logfiles]\nmessages => notice,warning,error,verbose\n")
    (etc / "pjsip.conf").write_text(_pjsip())
    (etc / "rtp.conf").write_text("[general]\nrtpstart=18000\nrtpend=18099\n")
    client = from_page("websocket_client.conf").replace("ws://127.0.0.1:8765", f"ws://{server}")
    (etc / "websocket_client.conf").write_text(client.replace("TOKEN", token))
    (etc / "extensions.conf").write_text(from_page("extensions.conf"))
    return etc / "asterisk.conf"


def _pjsip() -> str:
    sections = [f"[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{SIP_PORT}\n"]
    for name, port in (("caller", CALLER_PORT), ("agent", AGENT_PORT)):
        sections.append(
            f"[{name}]\ntype=endpoint\ncontext=calls\ndisallow=all\nallow=ulaw\naors={name}\ndirect_media=no\n"
            f"[{name}]\ntype=aor\ncontact=sip:{name}@127.0.0.1:{port}\n"
        )
    sections.append("[by-caller]\ntype=identify\nendpoint=caller\nmatch=127.0.0.1\n")
    return "\n".join(sections)


def command(root: Path, configuration: Path) -> list[str]:
    """How Asterisk is started with its own libraries."""
    libraries = next(root.glob("usr/lib/*/libc.so.6")).parent
    loader = next(root.glob("usr/lib*/ld-linux-*"), None) or next(libraries.glob("ld-linux-*"))
    return [
        str(loader),
        "--library-path",
        str(libraries),
        str(root / "usr/sbin/asterisk"),
        "-C",
        str(configuration),
        "-f",
    ]


def environment() -> dict[str, str]:
    """Without what would bring other libraries."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LD_")}
