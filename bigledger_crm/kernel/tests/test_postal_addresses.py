from babel import Locale

from bigledger_crm.kernel.postal_addresses import address_lines

ENGLISH = Locale("en")


def test_addresses_follow_their_country() -> None:
    malaysian = {"street": "12, Jalan Teknologi 3/5", "street2": "Taman Sains Selangor", "city": "Petaling Jaya"}
    malaysian |= {"state": "Selangor", "postalCode": "47810", "country": "MY"}
    assert address_lines(malaysian, ENGLISH) == [
        "12, Jalan Teknologi 3/5",
        "Taman Sains Selangor",
        "47810 Petaling Jaya, Selangor",
        "Malaysia",
    ]
    american = {"street": "1 Main St", "city": "Austin", "state": "TX", "postalCode": "78701", "country": "US"}
    assert address_lines(american, ENGLISH) == ["1 Main St", "Austin, TX 78701", "United States"]
    assert address_lines({"city": "Singapore", "state": "Singapore", "postalCode": "018956"}, ENGLISH) == [
        "018956 Singapore"
    ]


def test_the_country_has_its_name_in_the_readers_language() -> None:
    assert address_lines({"country": "DE"}, Locale("zh")) == ["德国"]


def test_no_address_has_no_lines() -> None:
    assert address_lines(None, ENGLISH) == address_lines({}, ENGLISH) == []
