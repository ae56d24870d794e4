import pytest
from django.test import override_settings

from bigledger_crm.tenancy.encryption import SecretUnreadable, decrypt, encrypt


def test_a_secret_is_read_with_the_key_that_encrypted_it() -> None:
    with override_settings(SECRET_KEY="old", SECRET_KEY_FALLBACKS=[]):
        kept = encrypt("einvoice", "s3cret")
    assert "s3cret" not in kept
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert decrypt("einvoice", kept) == "s3cret"
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]), pytest.raises(SecretUnreadable):
        decrypt("einvoice", kept)


def test_what_was_encrypted_for_another_purpose_is_not_read() -> None:
    with pytest.raises(SecretUnreadable):
        decrypt("einvoice", encrypt("second-factor", "s3cret"))
