"""The addresses of webhooks, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from bigledger_crm.api.webhooks.views import WebhookViewSet

router = ApiRouter()
router.register("webhooks", WebhookViewSet)

urlpatterns = router.urls
