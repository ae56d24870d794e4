"""The taxpayers and clients that a new simulator knows.  All of them are fictitious."""

from invoicing.einvoice.demo_client import DEMO_BRN, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_TIN
from invoicing.einvoice.identifiers import GENERAL_TINS
from invoicing.einvoice_simulator.model import Appointment, Client, Taxpayer

SOLE_PROPRIETOR_TIN, SOLE_PROPRIETOR_BRN = "IG90000000010", "202003099991"
INTERMEDIARY_TIN = "C90000000030"

TAXPAYERS = (
    Taxpayer(
        DEMO_TIN,
        "Kinabalu Trading Sdn Bhd",
        [("BRN", DEMO_BRN)],
        sst_number="B16-1808-31012345",
        msic_code="46510",
        business_activity="Wholesale of computers, peripheral equipment and software",
        email="sales@kinabalutrading.test",
        phone="+60885550123",
        address_line="Lot 21, Ground Floor, Jalan Pantai",
        city="Kota Kinabalu",
        postcode="88000",
        state_code="12",
    ),
    Taxpayer("C99999999010", "Contoh Rekaan Sdn. Bhd.", [("BRN", "209901000001")], msic_code="46510"),
    Taxpayer("C99999998020", "Pembeli Khayalan Sdn. Bhd.", [("BRN", "209901000002")]),
    Taxpayer("C90000000010", "Seri Bayu Resort Sdn Bhd", [("BRN", "201801000011")], msic_code="55101"),
    Taxpayer("C90000000020", "Borneo Timber Works Sdn Bhd", [("BRN", "199901000022")], msic_code="16100"),
    Taxpayer("IG90000000030", "Faridah binti Salleh", [("NRIC", "880214125566")]),
    Taxpayer("IG90000000040", "Thomas Becker", [("PASSPORT", "C01X00T47")]),
    Taxpayer(
        SOLE_PROPRIETOR_TIN,
        "Lim Ah Seng",
        [("NRIC", "700520125533"), ("BRN", SOLE_PROPRIETOR_BRN)],
        is_business_owner=True,
        msic_code="47111",
        business_activity="Provision stores",
    ),
    Taxpayer("IG90000000050", "Sarah Whitfield", [("NRIC", "810101145512"), ("BRN", "202103099992")]),
    Taxpayer("F90000000010", "Imaginary Trading Pte. Ltd.", [("BRN", "209912345K")], country="SGP"),
    Taxpayer("LE90000000010", "Pejabat Daerah Rekaan", [("BRN", "195701000001")]),
    Taxpayer(INTERMEDIARY_TIN, "Perantara Rekaan Sdn Bhd", [("BRN", "202201000033")], msic_code="63111"),
    *(Taxpayer(tin, "General TIN") for tin in sorted(GENERAL_TINS)),
)
CLIENTS = (
    Client(DEMO_CLIENT_ID, [DEMO_CLIENT_SECRET], DEMO_TIN),
    Client("contoh-client", ["contoh-secret"], "C99999999010"),
    Client(
        "intermediary-client",
        ["intermediary-secret"],
        INTERMEDIARY_TIN,
        [Appointment("C99999999010"), Appointment(f"{SOLE_PROPRIETOR_TIN}:{SOLE_PROPRIETOR_BRN}")],
    ),
)
