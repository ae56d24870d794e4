"""Whom the command line speaks for: profiles in a file that only its owner can read."""

import configparser
import os
import stat
from dataclasses import dataclass
from pathlib import Path


class ProfileError(Exception):
    """There is no such profile, or others could read it."""


@dataclass(frozen=True)
class Profile:
    """What a client needs."""

    base_url: str | None
    company_id: str
    api_key: str


def path() -> Path:
    """Where the profiles are."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "bigledger" / "profiles.ini"


def _read() -> configparser.ConfigParser:
    profiles = configparser.ConfigParser(interpolation=None)
    if path().exists():
        if stat.S_IMODE(path().stat().st_mode) & 0o077:
            raise ProfileError(f"Others can read {path()}: chmod 600 {path()}")
        profiles.read(path())
    return profiles


def load(name: str | None) -> Profile:
    """A profile by name, or that of BIGLEDGER_PROFILE, or `default`; variables of the environment come first."""
    wanted = name or os.environ.get("BIGLEDGER_PROFILE")
    profiles = _read()
    if wanted and not profiles.has_section(wanted):
        known = ", ".join(profiles.sections()) or "none"
        raise ProfileError(f"There is no profile {wanted} (known: {known}): bigledger configure --profile {wanted}")
    section = dict(profiles[wanted or "default"]) if profiles.has_section(wanted or "default") else {}
    key = os.environ.get("BIGLEDGER_API_KEY") or section.get("api_key")
    company = os.environ.get("BIGLEDGER_COMPANY_ID") or section.get("company_id")
    if not key or not company:
        raise ProfileError(
            "Nobody to speak for: run bigledger configure, or set BIGLEDGER_API_KEY and BIGLEDGER_COMPANY_ID"
        )
    return Profile(os.environ.get("BIGLEDGER_BASE_URL") or section.get("base_url"), company, key)


def save(name: str, profile: Profile) -> Path:
    """Adds or replaces a profile; returns where it is."""
    profiles = _read()
    profiles[name] = {
        "base_url": profile.base_url or "",
        "company_id": profile.company_id,
        "api_key": profile.api_key,
    }
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = path().with_suffix(".new")
    written.unlink(missing_ok=True)
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        profiles.write(file)
    written.replace(path())
    return path()
