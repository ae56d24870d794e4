"""The URLs of custom fields, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from bigledger_crm.custom_fields.api.views import CustomFieldViewSet

router = ApiRouter()
router.register("custom-fields", CustomFieldViewSet)

urlpatterns = router.urls
