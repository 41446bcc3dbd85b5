"""Calls over TLS."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.asyncio.client import connect

from tests.monitor.serve.front.recording_desk import TOKEN, running

ASTERISK = f"/asterisk/{TOKEN}?call=1&role=agent"
START = "MEDIA_START format:ulaw"


async def test_calls_come_over_tls_and_nothing_else_is_understood(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    async with running(tls=(certificate, key)) as to:
        trusts = ssl.create_default_context(cafile=str(certificate))
        url = to.url(ASTERISK).replace("ws://127.0.0.1", "wss://localhost")
        async with connect(url, ssl=trusts, host="127.0.0.1", proxy=None) as client:
            await client.send(START)
            await to.until(lambda: to.desk.begun, "the side has begun")
        reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
        writer.write(b"GET /healthz HTTP/1.1\r\n\r\n")
        assert b"HTTP" not in await reader.read()
        writer.close()


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files
