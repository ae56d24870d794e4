"""The languages in which a company writes to its customers."""

LANGUAGES: dict[str, str] = {"en": "English", "ms": "Bahasa Melayu", "zh": "简体中文"}
DEFAULT = "en"


def resolve_language(*wishes: str) -> str:
    """The first of the wishes that is a language here, such as a customer's before the company's; else English."""
    return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT)
