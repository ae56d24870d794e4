"""The addresses of emails, below /api/v1/."""

from bigledger_crm.api.emails.views import EmailViewSet
from bigledger_crm.api.routers import ApiRouter

router = ApiRouter()
router.register("emails", EmailViewSet)

urlpatterns = router.urls
