"""What the list of exports can be narrowed by."""

from bigledger_crm.filtering import ChoiceFilter, ListFilters
from bigledger_crm.requested_archives import ArchiveStatus


class CompanyExportFilters(ListFilters):
    """Exports of a company."""

    status = ChoiceFilter("status", ArchiveStatus.values, about="Where the export is")
