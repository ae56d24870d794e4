"""What an answer of the API refuses."""

from bigledger_crm.testing.client import Answer


def fields_of(answer: Answer) -> dict[str, str]:
    """The refused fields and their messages."""
    assert answer.status == 400, answer.text
    found = {detail["field"]: detail["message"] for detail in answer.error["details"]}
    assert len(found) == len(answer.error["details"])
    return found
