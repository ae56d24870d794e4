"""What the CHECKs of saved reports refuse."""

from django.db import models

from invoicing.models import SavedReport

REPORT_CASES: dict[str, list[tuple[type[models.Model], dict[str, str]]]] = {
    "savedreport_has_name": [(SavedReport, {"name": "''"})],
    "savedreport_of_report": [(SavedReport, {"report": "''"})],
    "savedreport_sends_on_a_day": [
        (SavedReport, {"name": "'b'", **sending})
        for sending in (
            {"sends": "'weekly'", "send_day": "8", "file_format": "'pdf'"},
            {"sends": "'monthly'", "send_day": "32", "file_format": "'pdf'"},
            {"sends": "'monthly'", "file_format": "'pdf'"},
            {"sends": "'weekly'", "send_day": "1"},
            {"sends": "'daily'", "send_day": "1", "file_format": "'pdf'"},
            {"send_day": "1"},
        )
    ],
}
