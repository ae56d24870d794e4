"""Trying a certificate's file that somebody uploaded.

A PKCS#12 file says itself how often its password is hashed, and so how long opening it takes, during which this
process could do nothing else.  So another process opens it first, with little time and memory.
"""

import os
import subprocess
import sys

from invoicing.einvoice.signature import CertificateUnreadable

CPU_SECONDS = 2
_SECONDS = 30
TOO_SLOW = "The file takes too long to open: export it anew, with another program"
_PROGRAM = """
import resource, sys
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs12
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
seconds = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
size = int.from_bytes(sys.stdin.buffer.read(4), "big")
passphrase, content = sys.stdin.buffer.read(size), sys.stdin.buffer.read()
try:
    pkcs12.load_key_and_certificates(content, passphrase or None)
except (ValueError, UnsupportedAlgorithm):
    pass
"""


def require_quick(content: bytes, passphrase: str, cpu_seconds: int = CPU_SECONDS) -> None:
    """Raises CertificateUnreadable for a file that takes longer to open, or to find that the passphrase is wrong."""
    secret = passphrase.encode()
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter and program
            [sys.executable, "-I", "-c", _PROGRAM, str(cpu_seconds)],
            input=len(secret).to_bytes(4, "big") + secret + content,
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CertificateUnreadable(TOO_SLOW) from None
    if done.returncode != 0:
        raise CertificateUnreadable(TOO_SLOW)
