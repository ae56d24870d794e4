"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OneLaneArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 with the same work in one thread: eight for each check leave no core of a small machine to others."""

    parallelism = 1
