"""The URLs of exports of a company, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from bigledger_crm.company_archive.api.views import CompanyExportViewSet

router = ApiRouter()
router.register("company-exports", CompanyExportViewSet)

urlpatterns = router.urls
