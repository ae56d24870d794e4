"""Texts with `{names}` in them: only names of a fixed list, and nothing but the name between the braces."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with each `{name}` replaced by its value, in which nothing more is replaced."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def problem(template: str, known: Mapping[str, int], *, longest: int, expanded: int) -> str | None:
    """The errors of a template; `known` tells how long each name's value can get."""
    unknown = [name for name in _PLACEHOLDER.findall(template) if name not in known]
    if not template.strip():
        return "This field is required"
    if len(template) > longest:
        return f"At most {longest} characters are allowed"
    if unknown:
        return f"Unknown placeholder {{{unknown[0][:60]}}}; choose from: {', '.join(f'{{{name}}}' for name in known)}"
    if len(fill(template, {name: " " * length for name, length in known.items()})) > expanded:
        return f"With its placeholders filled in it can have more than {expanded} characters"
    return None
