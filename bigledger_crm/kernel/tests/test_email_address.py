"""One rule for email addresses."""

import pytest

from bigledger_crm.kernel.email_address import is_email_address


@pytest.mark.parametrize(
    "address",
    [
        "billing@techsolutions.com",
        "a@b.co",
        "first.last+tag@mail.example.com.my",
        "o'brien_1@x-y.example",
        "info@bücher.example",
        "info@xn--bcher-kva.example",
        "kontakt@пример.рф",
        f"{'x' * 64}@example.com",
    ],
)
def test_addresses(address: str) -> None:
    assert is_email_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b",
        "a@localhost",
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
        "a@127.0.0.1",
        "a%b@b.co",
        "b.co!a@c.co",
        "a|b@b.co",
        "`a`@b.co",
        '"a b"@b.co',
        ".a@b.co",
        "a.@b.co",
        "a..b@b.co",
        "a@b..co",
        "a@.b.co",
        "a@-b.co",
        "a@b-.co",
        "a@b_c.co",
        "a@b.c",
        "a@b.1",
        "a@b@c.co",
        "a b@b.co",
        "a@b.co\n",
        "a\u200b@b.co",
        "ü@b.co",
        f"{'x' * 65}@example.com",
        f"a@{'x' * 64}.com",
        f"a@{'x.' * 126}com",
    ],
)
def test_no_addresses(address: str) -> None:
    assert not is_email_address(address)
