"""The day first, or ISO, with four digits of the year: `strptime` takes two digits above 68 for the last century."""

_DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y"]

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"
DATE_INPUT_FORMATS = _DAYS
DATETIME_INPUT_FORMATS = [f"{day}{time}" for day in _DAYS for time in (" %H:%M:%S", " %H:%M:%S.%f", " %H:%M", "")]
