"""Settings from files: NAME_FILE names the file with the value of NAME, such as a secret that a container is given."""

import os
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

SUFFIX = "_FILE"


class Environment(FileAwareEnv):
    """Reads NAME, or the file that NAME_FILE names.  Raises ImproperlyConfigured for both, or an empty file."""

    def __init__(self) -> None:
        super().__init__(file_suffix=SUFFIX, strip_whitespace=True)

    def _get_value(self, env_key: str, default: Any) -> Any:
        file = f"{env_key}{SUFFIX}"
        if not os.environ.get(file):
            return super()._get_value(env_key, default)
        if os.environ.get(env_key):
            raise ImproperlyConfigured(f"{env_key} and {file} are both set: unset one of them")
        try:
            value = super()._get_value(env_key, default)
        except (ValueError, OSError) as error:
            raise ImproperlyConfigured(f"{file}={os.environ[file]!r} is not a file that can be read") from error
        if not value:
            raise ImproperlyConfigured(f"{file}={os.environ[file]!r} is empty")
        return value


def is_given(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a variable is set, by itself or by a file."""
    return bool(environment.get(name) or environment.get(f"{name}{SUFFIX}"))


def replaced(environment: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """An environment for another process with other values, wherever the former ones come from."""
    files = {f"{name}{SUFFIX}" for name in values}
    return {**{name: value for name, value in environment.items() if name not in files}, **values}
