"""The URLs of emails and webhooks, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from bigledger_crm.integrations.api.email_views import EmailViewSet
from bigledger_crm.integrations.api.webhook_views import WebhookViewSet

router = ApiRouter()
router.register("emails", EmailViewSet)
router.register("webhooks", WebhookViewSet)

urlpatterns = router.urls
