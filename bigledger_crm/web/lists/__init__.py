"""Lists of rows as pages.  A new one is a subclass of ListPage: a table declaration, a filter set and a few words."""

from bigledger_crm.web.lists.bulk import BulkAction
from bigledger_crm.web.lists.filter_panel import FilterField, Picker
from bigledger_crm.web.lists.page import ListPage

__all__ = ["BulkAction", "FilterField", "ListPage", "Picker"]
