"""The URLs of customers, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from customers.api.contact_views import ContactViewSet
from customers.api.customer_views import CustomerViewSet

router = ApiRouter()
router.register("customers", CustomerViewSet)
router.register("customers/<str:public_id>/contacts", ContactViewSet)

urlpatterns = router.urls
