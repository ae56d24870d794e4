"""What can stand against an export."""

from bigledger_crm.kernel.errors import Conflict


class TooManyCompanyExports(Conflict):
    """The company has as many exports as it may have at a time."""

    code = "TOO_MANY_COMPANY_EXPORTS"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} exports already: delete those that are no longer needed")
