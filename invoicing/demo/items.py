"""What the demo company sells."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class DemoItem:
    """An item with its price in ringgit, and the quantities in which it is usually bought."""

    code: str
    name: str
    description: str
    unit: str
    price: Decimal
    tax_code: str
    quantities: tuple[int, ...]

    @property
    def type(self) -> str:
        """What needs no shipment is called `SRV-…`."""
        return "service" if self.code.startswith("SRV-") else "goods"


def _demo_item(
    code: str, name: str, description: str, unit: str, price: str, quantities: str, tax: str = "SST"
) -> DemoItem:
    return DemoItem(code, name, description, unit, Decimal(price), tax, tuple(int(word) for word in quantities.split()))


DEMO_ITEMS = (
    _demo_item("WDG-001", "Premium Widget", "Premium widget, anodised", "pcs", "25.00", "10 20 50 100"),
    _demo_item("WDG-002", "Standard Widget", "Standard widget", "pcs", "14.50", "20 50 100 200"),
    _demo_item("DSK-120", "Office desk 120 cm", "Desk with cable tray, 120 × 60 cm", "pcs", "420.00", "1 2 4 6"),
    _demo_item("DSK-160", "Office desk 160 cm", "Desk with cable tray, 160 × 80 cm", "pcs", "585.00", "1 2 4"),
    _demo_item("CHR-010", "Task chair", "Task chair with mesh back, black", "pcs", "349.00", "1 2 4 8"),
    _demo_item("CHR-020", "Visitor chair", "Stacking visitor chair", "pcs", "128.00", "2 4 6 12"),
    _demo_item("CAB-400", "Filing cabinet, 4 drawers", "Steel filing cabinet with lock", "pcs", "612.00", "1 2 3"),
    _demo_item("SHL-200", "Storage rack", "Boltless rack, five shelves, 200 kg each", "set", "289.90", "1 2 4 6"),
    _demo_item("PAP-A4", "Copy paper A4", "Copy paper A4, 80 g, box of 5 reams", "box", "62.50", "2 5 10 20"),
    _demo_item("PAP-A3", "Copy paper A3", "Copy paper A3, 80 g, box of 3 reams", "box", "78.00", "1 2 5"),
    _demo_item("TNR-105", "Laser toner, black", "Laser toner, black, 2,500 pages", "pcs", "238.00", "1 2 4"),
    _demo_item("TNR-106", "Laser toner, colour set", "Laser toner, three colours", "set", "690.00", "1 2"),
    _demo_item("PRN-300", "Laser printer", "Mono laser printer, duplex, network", "pcs", "1180.00", "1 2"),
    _demo_item("MON-240", "Monitor 24 inch", "24 inch monitor, height-adjustable", "pcs", "559.00", "1 2 4 8"),
    _demo_item("CBL-005", "Network cable 5 m", "Cat 6 network cable, 5 m", "pcs", "12.90", "5 10 20 40"),
    _demo_item("UPS-650", "UPS 650 VA", "Battery back-up, 650 VA", "pcs", "265.00", "1 2 3"),
    _demo_item("LED-018", "LED tube 18 W", "LED tube, 120 cm, daylight", "pcs", "16.80", "10 20 40 60"),
    _demo_item("TLS-100", "Tool set, 100 parts", "Tool set in case", "set", "415.00", "1 2"),
    _demo_item("GLV-050", "Work gloves", "Nitrile-coated work gloves, dozen", "doz", "46.20", "2 5 10"),
    _demo_item("HLM-001", "Safety helmet", "Safety helmet with ratchet", "pcs", "32.00", "5 10 20"),
    _demo_item("WTR-019", "Drinking water 19 l", "Drinking water, 19 litre bottle", "btl", "11.00", "4 8 12", "ZERO"),
    _demo_item("BKS-001", "Training manual", "Safety training manual, printed", "pcs", "38.00", "5 10 20", "EXEMPT"),
    _demo_item("SRV-INS", "Installation", "Installation on site, per hour", "hour", "95.00", "2 3 4 8", "SST-S"),
    _demo_item("SRV-ASM", "Furniture assembly", "Assembly of furniture, per piece", "pcs", "35.00", "2 4 8", "SST-S"),
    _demo_item(
        "SRV-MNT", "Maintenance contract", "Maintenance of office equipment, one month", "month", "450.00", "1", "SST-S"
    ),
)
