"""How phone numbers read."""

import phonenumbers


def phone(value: str) -> str:
    """`+60 12-345 6789` for a number in E.164; what is none stays as it is."""
    number, _separator, extension = value.partition(";ext=")
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return value
    written: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{written} ext. {extension}" if extension else written
