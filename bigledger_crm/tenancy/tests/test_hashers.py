"""How passwords are kept."""

from importlib import import_module

from argon2 import extract_parameters

from bigledger_crm.tenancy.hashers import OneLaneArgon2PasswordHasher


def test_a_password_takes_one_thread_and_as_much_work_as_djangos() -> None:
    hasher = OneLaneArgon2PasswordHasher()
    encoded = hasher.encode("correct horse battery", hasher.salt())
    parameters = extract_parameters(encoded.removeprefix("argon2"))
    assert (parameters.parallelism, parameters.memory_cost, parameters.time_cost) == (1, 102_400, 2)
    assert hasher.verify("correct horse battery", encoded)
    assert not hasher.verify("wrong", encoded)


def test_the_product_keeps_passwords_so() -> None:
    settings = import_module("bigledger_crm.settings")  # tests have a cheap hasher
    assert settings.PASSWORD_HASHERS[0] == "bigledger_crm.tenancy.hashers.OneLaneArgon2PasswordHasher"
