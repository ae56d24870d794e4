"""Lists of rows as pages.  A new one is a subclass of ListPage: a table declaration, a filter set and a few words."""

from bigledger_crm.pages.lists.bulk import BulkAction
from bigledger_crm.pages.lists.narrowing import Narrow, Picker
from bigledger_crm.pages.lists.page import ListPage

__all__ = ["BulkAction", "ListPage", "Narrow", "Picker"]
