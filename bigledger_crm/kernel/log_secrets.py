"""No secret in the logs: what looks like one is replaced, wherever in a line it stands."""

import re
from collections.abc import Iterable

HIDDEN = "***"
_NAMES = r"[\w-]*(?:password|passwd|secret|token|api_?key|authorization|sessionid|csrftoken|csrfmiddlewaretoken)[\w-]*"
_VALUE = r"""(?:\\?"(?:[^"\\]|\\[^"])*|\\?'[^'\n]*|[^\s"'&,;)}\]<>\\]+)"""
_REPLACED = (
    # Keys and secrets of ours, which can be told by their beginning.
    (re.compile(r"\b(bl_live_|whsec_)[A-Za-z0-9_+/=-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic|Token) +[A-Za-z0-9._~+/=:-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # The password of a URL such as DATABASE_URL.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@\"']*:[^\s/@\"']*@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    # password=…, "token": "…" and so on; and what signs a URL.
    (re.compile(rf"""\b({_NAMES})(\\?["']?\s*[:=]\s*)(?!\*\*\*){_VALUE}""", re.IGNORECASE), rf"\1\2{HIDDEN}"),
    (re.compile(r"([?&](?:key|code|state|sig|signature|link)=)[^\s&\"'#]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    # PostgreSQL shows the row that it refuses.
    (re.compile(r"(DETAIL: +)[^\n]*"), rf"\1{HIDDEN}"),
)


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """The text without what looks like a secret, and without the `known` ones."""
    for secret in known:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    return text
