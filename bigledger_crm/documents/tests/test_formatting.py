from bigledger_crm.documents import formatting
from bigledger_crm.documents.line_table import line_table
from bigledger_crm.documents.tests.samples import line


def test_amounts_keep_their_decimals() -> None:
    assert formatting.amount("12345678901234.99") == "12,345,678,901,234.99"
    assert formatting.amount("2568") == "2,568"
    assert formatting.amount("2567.500") == "2,567.500"
    assert formatting.amount("-5.00") == "\u22125.00"


def test_quantities_and_rates_lose_trailing_zeros() -> None:
    assert [formatting.short(text) for text in ("100.000000", "0.350000", "9.975", "1000", "0.0")] == [
        "100",
        "0.35",
        "9.975",
        "1,000",
        "0",
    ]


def test_prices_have_the_currency_s_decimals_or_more() -> None:
    assert formatting.price("25.000000", "2567.50") == "25.00"
    assert formatting.price("12.345678", "2567.50") == "12.345678"
    assert formatting.price("1284.000000", "2568") == "1,284"


def test_days() -> None:
    assert formatting.day("2024-01-05") == "5 January 2024"
    assert formatting.day("on request") == "on request"


def test_columns_for_discount_and_tax_only_when_there_are_any() -> None:
    plain = line(discount_percent="0.0", discount_amount="0.00", tax_code="", tax_rate="")
    labels = [column.label for column in line_table([plain], prices_include_tax=False, sample="1.00").columns]
    assert labels == ["Quantity", "Unit price", "Amount"]
    mixed = line_table([plain, line()], prices_include_tax=False, sample="1.00")
    assert [column.label for column in mixed.columns] == ["Quantity", "Unit price", "Discount", "Tax", "Amount"]
    assert list(mixed.rows[0].figures) == ["100", "25.00", "", "", "2,375.00"]
    assert list(mixed.rows[1].figures) == ["100", "25.00", "5%", "SST 6%", "2,375.00"]


def test_a_discount_given_as_amount_is_printed_as_amount() -> None:
    table = line_table([line(discount_percent="", discount_amount="80.00")], prices_include_tax=False, sample="1.00")
    assert table.rows[0].figures[2] == "80.00"


def test_columns_grow_with_their_figures() -> None:
    small, large = (
        line_table([line(line_total=total)], prices_include_tax=False, sample="1.00").columns[-1].width
        for total in ("1.00", "12345678901234.99")
    )
    assert large > small


def test_an_empty_document_has_no_rows() -> None:
    assert line_table([], prices_include_tax=False, sample="0.00").rows == []


def test_phone_numbers_are_written_as_they_are_read() -> None:
    assert formatting.customer_lines({"phone": "+60123456789"}) == "+60 12-345 6789"
    assert formatting.contact_lines({"phone": "+60321234567;ext=12"}) == "+60 3-2123 4567 ext. 12"
    assert formatting.contact_lines({"phone": "ask for Siti"}) == "ask for Siti"
