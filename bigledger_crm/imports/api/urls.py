"""The URLs of imports, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from bigledger_crm.imports.api.views import ImportStepsViewSet, ImportViewSet

router = ApiRouter()
router.register("imports", ImportViewSet)
router.register("imports", ImportStepsViewSet)

urlpatterns = router.urls
