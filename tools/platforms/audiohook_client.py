"""What a client of AudioHook says, after the reference client of Genesys; its signature is made here, too."""

import base64
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import uuid4

NO_ONE = "00000000-0000-0000-0000-000000000000"
COVERED = (
    "@request-target",
    "@authority",
    "audiohook-organization-id",
    "audiohook-session-id",
    "audiohook-correlation-id",
    "x-api-key",
)
STEREO: Mapping[str, object] = {
    "type": "audio",
    "format": "PCMU",
    "channels": ["external", "internal"],
    "rate": 8000,
}
OFFER: tuple[Mapping[str, object], ...] = (
    {**STEREO, "format": "L16"},
    STEREO,
    {**STEREO, "channels": ["external"]},
    {**STEREO, "channels": ["internal"]},
)


def _id() -> str:
    return str(uuid4())


@dataclass(slots=True)
class AudioHookClient:
    """Numbers the messages of a session."""

    organization: str = field(default_factory=_id)
    session: str = field(default_factory=_id)
    conversation: str = field(default_factory=_id)
    seq: int = 0
    serverseq: int = 0
    position_s: float = 0.0

    def headers(self, key: str) -> dict[str, str]:
        """Give the headers of the upgrade, without a signature."""
        return {
            "Audiohook-Organization-Id": self.organization,
            "Audiohook-Session-Id": self.session,
            "Audiohook-Correlation-Id": _id(),
            "X-API-KEY": key,
        }

    def say(self, kind: str, parameters: Mapping[str, object] | None = None) -> str:
        """Give the next message."""
        self.seq += 1
        return json.dumps(
            {
                "version": "2",
                "id": self.session,
                "type": kind,
                "seq": self.seq,
                "serverseq": self.serverseq,
                "position": f"PT{self.position_s:.3f}S",
                "parameters": dict(parameters or {}),
            }
        )

    def open(self, **more: object) -> str:
        """Give the first message."""
        participant = {"id": _id(), "ani": "+15550100", "aniName": "", "dnis": "+15550199"}
        offer = {"conversationId": self.conversation, "participant": participant, "media": list(OFFER), **more}
        return self.say("open", {"organizationId": self.organization, **offer})

    def hear(self, message: str) -> dict[str, object]:
        """Read an answer, and check its numbers."""
        got: dict[str, object] = json.loads(message)
        if got["seq"] != self.serverseq + 1 or got["clientseq"] != self.seq or got["id"] != self.session:
            raise ValueError(f"The server's numbers are wrong: {message}")
        self.serverseq += 1
        return got


def signature(  # noqa: PLR0913 - each is one thing that a test makes wrong
    headers: Mapping[str, str],
    target: str,
    authority: str,
    secret: bytes,
    *,
    created: int | None = None,
    nonce: str = "",
    covered: tuple[str, ...] = COVERED,
) -> dict[str, str]:
    """Give the headers of a signature."""
    created = int(time.time()) if created is None else created
    values = {name.lower(): value for name, value in headers.items()}
    values |= {"@request-target": target, "@authority": authority}
    names = " ".join(f'"{name}"' for name in covered)
    about = f'keyid="{values["x-api-key"]}";nonce="{nonce or secrets.token_urlsafe(24)}";alg="hmac-sha256"'
    signed = f"({names});{about};created={created};expires={created + 30}"
    lines = [*(f'"{name}": {values[name]}' for name in covered), f'"@signature-params": {signed}']
    made = base64.b64encode(hmac.digest(secret, "\n".join(lines).encode(), sha256)).decode()
    return {"Signature-Input": f"sig1={signed}", "Signature": f"sig1=:{made}:"}
