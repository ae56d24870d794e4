"""What people type for days, and the day that each means on a Wednesday; "" where it is refused.

The cases are JSON because the tests of `static/js/day-field.js` read them too.
"""

import json
from datetime import date
from pathlib import Path

_READ = json.loads(Path(__file__).with_suffix(".json").read_text())
TODAY = date.fromisoformat(_READ["today"])
CASES: list[tuple[str, str]] = [(typed, day) for cases in _READ["cases"].values() for typed, day in cases]
