"""The URLs of sales, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from sales.api.calculation_views import CalculationViewSet
from sales.api.item_views import ItemViewSet
from sales.api.order_views import OrderViewSet
from sales.api.quote_views import QuoteViewSet
from sales.api.tax_code_views import TaxCodeViewSet

router = ApiRouter()
router.register("calculate", CalculationViewSet)
router.register("items", ItemViewSet)
router.register("tax-codes", TaxCodeViewSet)
router.register("quotes", QuoteViewSet)
router.register("sales-orders", OrderViewSet)

urlpatterns = router.urls
