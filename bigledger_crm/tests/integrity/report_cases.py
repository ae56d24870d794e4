"""What the CHECKs of saved reports and batches refuse."""

from django.db import models

from invoicing.models import Batch, BatchItem, SavedReport

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
BATCH_CASES: dict[str, list[tuple[type[models.Model], dict[str, str]]]] = {
    "batch_action_known": [(Batch, {"action": "'pay_invoices'"})],
    "batch_status_known": [(Batch, {"status": "'lost'", "finished_at": "now()", "next_attempt_at": "NULL"})],
    "batch_ends_with_its_work": [
        (Batch, changes)
        for changes in (
            {"finished_at": "now()"},
            {"next_attempt_at": "NULL"},
            {"status": "'completed'", "next_attempt_at": "NULL"},
            {"status": "'completed'", "finished_at": "now()"},
            {"status": "'cancelled'", "finished_at": "now()", "next_attempt_at": "NULL", "retry_code": "'X'"},
        )
    ],
    "batch_counts_its_items": [(Batch, {"succeeded": "total", "failed": "1"})],
    "batchitem_status_known": [
        (BatchItem, {"position": "position + 1000", **changes})
        for changes in (
            {"status": "'lost'"},
            {"status": "'done'"},
            {"status": "'done'", "finished_at": "now()", "error_code": "'X'"},
            {"status": "'failed'", "finished_at": "now()"},
            {"status": "'failed'", "error_code": "'X'"},
            {"finished_at": "now()"},
        )
    ],
}
