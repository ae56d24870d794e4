"""The URLs of customers, below /api/v1/."""

from bigledger_crm.api.rehearsing import RehearsalPart, rehearsal_parts
from bigledger_crm.api.routers import ApiRouter
from customers.api.contact_views import ContactViewSet
from customers.api.customer_views import CustomerViewSet
from customers.api.ledger_responses import RehearsedLedgerEntry, rehearsed_ledger_entry

router = ApiRouter()
router.register("customers", CustomerViewSet)
router.register("customers/<str:public_id>/contacts", ContactViewSet)
rehearsal_parts.register(RehearsalPart("ledger", RehearsedLedgerEntry, rehearsed_ledger_entry))

urlpatterns = router.urls
