"""What an email address is, wherever one is entered."""

import re

LONGEST = 254
_LONGEST_LOCAL = 64
# The practical form of RFC 5321: a dot-atom, then a domain name with a dot.  No quoted names, no address literals,
# and none of the signs by which old mail servers passed email on (a%b@c, b!a@c).
_ATOM = r"[A-Za-z0-9#$&'*+/=?^_{}~-]+"
_LABEL = r"(?!-)(?:[^\W_]|-){1,63}(?<!-)"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+(?=[^\d.]*[^\W\d_])(?=..){_LABEL}")


def is_email_address(text: str) -> bool:
    """Whether `text` is an address such as `name@example.com`."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and len(text) <= LONGEST and len(found[1]) <= _LONGEST_LOCAL
