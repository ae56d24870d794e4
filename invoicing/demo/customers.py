"""The customers of the demo company: names in the scripts that a Malaysian trader's customers write."""

from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from customers.inputs import CustomerInput

PLACES = {
    "KK": ("Kota Kinabalu", "Sabah", "88000", "MY"),
    "SDK": ("Sandakan", "Sabah", "90000", "MY"),
    "TWU": ("Tawau", "Sabah", "91000", "MY"),
    "KCH": ("Kuching", "Sarawak", "93000", "MY"),
    "MYY": ("Miri", "Sarawak", "98000", "MY"),
    "KL": ("Kuala Lumpur", "Wilayah Persekutuan", "50450", "MY"),
    "PJ": ("Petaling Jaya", "Selangor", "46000", "MY"),
    "SA": ("Shah Alam", "Selangor", "40000", "MY"),
    "GT": ("George Town", "Pulau Pinang", "10200", "MY"),
    "IPH": ("Ipoh", "Perak", "30000", "MY"),
    "JB": ("Johor Bahru", "Johor", "80000", "MY"),
    "MLK": ("Melaka", "Melaka", "75000", "MY"),
    "KB": ("Kota Bharu", "Kelantan", "15000", "MY"),
    "KT": ("Kuala Terengganu", "Terengganu", "20000", "MY"),
    "SG": ("Singapore", "", "068896", "SG"),
}


CONSUMERS = ("Faridah binti Salleh", "吴志明", "Arun s/o Selvam")
# His passport is C01X00T47: LHDN rejects the e-invoice until somebody corrects it.
MISTYPED = "Thomas Becker"
# Those whom the simulator of MyInvois knows: TIN and number.
_KNOWN = {
    "seribayu": ("C90000000010", "brn", "201801000011"),
    "borneotimber": ("C90000000020", "brn", "199901000022"),
    "ahseng": ("IG90000000010", "brn", "202003099991"),
    "hilltopcoffee": ("IG90000000050", "nric", "810101145512"),
    "faridah": ("IG90000000030", "nric", "880214125566"),
    "thomasbecker": ("IG90000000040", "passport", "C01X00T74"),
}


@dataclass(frozen=True)
class DemoCustomer:
    """A customer; `domain` is the part of its addresses that tells it apart."""

    name: str
    domain: str
    street: str
    place: str
    contact: str
    title: str
    is_business: bool = True


DEMO_CUSTOMERS = (
    DemoCustomer("Seri Bayu Resort Sdn Bhd", "seribayu", "12 Jalan Pantai", "KK", "Nurul Huda binti Osman", "Buyer"),
    DemoCustomer(
        "Borneo Timber Works Sdn Bhd", "borneotimber", "Lot 8, Jalan Kilang", "SDK", "Jeffrey Kitingan", "Director"
    ),
    DemoCustomer("永兴五金贸易有限公司", "yongxing", "25 Jalan Gaya", "KK", "陈美玲", "Purchasing"),
    DemoCustomer("முருகன் ஸ்டோர்ஸ்", "muruganstores", "4 Jalan Tun Sambanthan", "KL", "முருகன் சுப்பிரமணியம்", "Owner"),
    DemoCustomer("كداي بوكو نور", "kedainoor", "17 Jalan Sultanah Zainab", "KB", "نور العين بنت احمد", "Owner"),
    DemoCustomer("Hilltop Coffee Roasters", "hilltopcoffee", "3 Lorong Kurau", "PJ", "Sarah Whitfield", "Owner"),
    DemoCustomer("Perniagaan Ah Seng", "ahseng", "88 Jalan Tiga", "SDK", "Lim Ah Seng", "Owner"),
    DemoCustomer(
        "Tan & Daughters Printing Sdn Bhd", "tandaughters", "41 Lebuh Chulia", "GT", "Tan Siew Lan", "Manager"
    ),
    DemoCustomer("Klinik Mesra Tawau", "klinikmesra", "6 Jalan Dunlop", "TWU", "Dr Rajeswari a/p Nadarajan", "Doctor"),
    DemoCustomer(
        "Koperasi Pekebun Kecil Ranau Berhad", "koperasiranau", "Pekan Ranau", "KK", "Justin Gintar", "Secretary"
    ),
    DemoCustomer("福来茶室", "fulaikopitiam", "102 Jalan Petaling", "KL", "黄福来", "Owner"),
    DemoCustomer(
        "Lakshmi Textiles Sdn Bhd", "lakshmitextiles", "59 Jalan Masjid India", "KL", "Lakshmi Devi", "Director"
    ),
    DemoCustomer(
        "O'Brien & Fairweather Architects",
        "obrienfairweather",
        "Level 9, Menara Satu",
        "KL",
        "Aoife O'Brien",
        "Partner",
    ),
    DemoCustomer(
        "Sekolah Menengah Tinggi Kuching", "smtkuching", "Jalan Tabuan", "KCH", "Abang Zulkifli", "Office manager"
    ),
    DemoCustomer("大华纸业有限公司", "dahuapaper", "7 Jalan Perusahaan", "IPH", "李国强", "Purchasing"),
    DemoCustomer("Warung Pak Din", "pakdin", "Medan Selera, Jalan Air", "KT", "Mohd Din bin Yusof", "Owner"),
    DemoCustomer("Harbourview Logistics Pte Ltd", "harbourview", "10 Collyer Quay", "SG", "Priya Raman", "Operations"),
    DemoCustomer("Raja Laut Marine Supplies", "rajalaut", "1 Jalan Pelabuhan", "MYY", "Dayang Noraini", "Purchasing"),
    DemoCustomer("லட்சுமி மளிகை", "lakshmimaligai", "33 Jalan Ipoh", "IPH", "லட்சுமி கிருஷ்ணன்", "Owner"),
    DemoCustomer(
        "Syarikat Pembinaan Wawasan Sdn Bhd", "pembinaanwawasan", "22 Persiaran Industri", "SA", "Hafiz Rahman", "Buyer"
    ),
    DemoCustomer(
        "Nyonya Kitchen Enterprise", "nyonyakitchen", "15 Jalan Hang Jebat", "MLK", "Baba Chee Kok Leong", "Owner"
    ),
    DemoCustomer("Green Valley Nursery", "greenvalley", "Batu 6, Jalan Tuaran", "KK", "Emma Hartley", "Owner"),
    DemoCustomer(
        "شركة عبدالله دان انق-انق", "abdullahanak", "9 Jalan Bukit Besar", "KT", "عبدالله بن إبراهيم", "Director"
    ),
    DemoCustomer("Ming Fatt Motor Parts Sdn Bhd", "mingfatt", "70 Jalan Kebun", "SA", "Wong Ming Fatt", "Director"),
    DemoCustomer("Kinabatangan River Lodge", "riverlodge", "Kampung Bilit", "SDK", "Rosnah Jumaat", "Manager"),
    DemoCustomer("Dewan Serbaguna Likas", "dewanlikas", "Jalan Likas", "KK", "Awang Damit", "Caretaker"),
    DemoCustomer("Kaya & Toast Holdings Sdn Bhd", "kayatoast", "5 Jalan SS2/24", "PJ", "Chong Wai Kit", "Finance"),
    DemoCustomer("南洋书局", "nanyangbooks", "18 Lebuh Carnarvon", "GT", "林慧珊", "Manager"),
    DemoCustomer(
        "Segar Jaya Hypermarket Sdn Bhd", "segarjaya", "Jalan Tebrau", "JB", "Kavitha a/p Muthu", "Purchasing"
    ),
    DemoCustomer(
        "Straits Design Studio Pte Ltd", "straitsdesign", "77 Robinson Road", "SG", "Marcus Lee", "Studio manager"
    ),
    DemoCustomer("Bengkel Kereta Maju", "bengkelmaju", "Lot 3, Jalan Bundusan", "KK", "Peter Majinbon", "Owner"),
    DemoCustomer("Pusat Tuisyen Bijak", "tuisyenbijak", "27 Jalan Meru", "SA", "Siti Aminah binti Kassim", "Principal"),
    DemoCustomer(
        "Sungai Emas Palm Oil Mill", "sungaiemas", "KM 40, Jalan Lahad Datu", "TWU", "Gopal Krishnan", "Mill manager"
    ),
    DemoCustomer("Blue Lagoon Dive Centre", "bluelagoon", "Jeti Semporna", "TWU", "Anders Lindqvist", "Owner"),
    DemoCustomer(
        "Hotel Sri Melaka Sdn Bhd", "srimelaka", "50 Jalan Parameswara", "MLK", "Jacqueline de Souza", "Purchasing"
    ),
    DemoCustomer("Rumah Anak Yatim Kasih", "rumahkasih", "Jalan Penampang", "KK", "Sister Mary Lajim", "Head"),
    DemoCustomer(
        "Faridah binti Salleh", "faridah", "14 Taman Sri Borneo", "KK", "Faridah binti Salleh", "", is_business=False
    ),
    DemoCustomer("Thomas Becker", "thomasbecker", "8 Jalan Duta", "KL", "Thomas Becker", "", is_business=False),
    DemoCustomer("吴志明", "wuzhiming", "61 Taman Pelangi", "JB", "吴志明", "", is_business=False),
    DemoCustomer("Arun s/o Selvam", "arunselvam", "29 Lorong Damai", "IPH", "Arun s/o Selvam", "", is_business=False),
)


def customer_input(person: DemoCustomer, position: int, chance: Random) -> CustomerInput:
    """What `create_customer` takes."""
    city, state, postcode, country = PLACES[person.place]
    address = {"street": person.street, "city": city, "state": state, "postalCode": postcode, "country": country}
    calling_code = "+60 3-5550" if country == "MY" else "+65 6555"
    usual = CustomerInput(
        name=person.name,
        type="business" if person.is_business else "individual",
        email=f"accounts@{person.domain}.test",
        phone=f"{calling_code} {1000 + position}",
        address=address,
        payment_terms=chance.choice((14, 30, 30, 30, 45, 60)),
        currency="SGD" if country == "SG" else "MYR",
        tags=[person.place.lower(), "retail" if not person.is_business else chance.choice(("key", "regular"))],
    )
    if country == "MY":
        usual = _identified(usual, person, position)
    if chance.random() < 0.5:
        return replace(usual, credit_limit=Decimal(chance.choice((20_000, 50_000, 100_000))))
    return usual


def _identified(usual: CustomerInput, person: DemoCustomer, position: int) -> CustomerInput:
    """With what LHDN wants to know of a customer in Malaysia."""
    tin, kind, number = _KNOWN.get(
        person.domain,
        (f"C91{position:08}0", "brn", f"201501{1000 + position:06}")
        if person.is_business
        else ("", "nric", f"85011212{5000 + position}"),
    )
    return replace(
        usual,
        tin=tin,
        identification_type=kind,
        identification_number=number,
        einvoice_preference="consolidated" if person.name in CONSUMERS else "individual",
    )
