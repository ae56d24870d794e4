"""Readers of the environment about e-invoices, as those of `environment.py`."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from marshmallow.validate import Range

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.environment import env, outgoing


def certificate_file() -> str:
    """MYINVOIS_CERTIFICATE_FILE: a PKCS#12 file that signs the e-invoices of companies without a certificate; or ""."""
    path = env.str("MYINVOIS_CERTIFICATE_FILE", "")
    if path and not Path(path).is_file():
        raise ImproperlyConfigured(f"MYINVOIS_CERTIFICATE_FILE={path!r} is not a file that can be read")
    return path


def certificate_password() -> str:
    """MYINVOIS_CERTIFICATE_PASSWORD: the password of that file."""
    return env.str("MYINVOIS_CERTIFICATE_PASSWORD", "")


def simulator_url(layout: Layout) -> str:
    """MYINVOIS_SIMULATOR_URL: where the simulator of MyInvois is, without a final slash; "" for nowhere.

    Without it, where `manage.py up` starts one.
    """
    url = env.str("MYINVOIS_SIMULATOR_URL", "").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
        raise ImproperlyConfigured(f"MYINVOIS_SIMULATOR_URL={url!r} is not a URL such as http://127.0.0.1:8090")
    port = simulator_port(layout)
    return url or (f"http://127.0.0.1:{port}" if port else "")


def simulator_port(layout: Layout) -> int:
    """MYINVOIS_SIMULATOR_PORT: where `manage.py up` starts a simulator on this machine, 0 for nowhere.

    Without it, beside the embedded database, unless nothing may be sent or a simulator is elsewhere.
    """
    text = env.str("MYINVOIS_SIMULATOR_PORT", "")
    if text and text != "off":
        return env.int("MYINVOIS_SIMULATOR_PORT", validate=Range(1024, 65535))
    if text or env.str("DATABASE_URL", "") or env.str("MYINVOIS_SIMULATOR_URL", "") or not outgoing():
        return 0
    return layout.simulator_port()
