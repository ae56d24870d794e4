"""QR codes of merchants against the examples of EMVCo's specification, and what is refused."""

import binascii
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.kernel import emv_qr
from bigledger_crm.kernel.bank_details import clean_bic, clean_iban, grouped_iban

# The worked example of EMV QRCPS Merchant-Presented Mode, with its amount and its method of initiation.
OF_THE_SPECIFICATION = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME"
    "91320016A0112233449988770708123456786304A13A"
)
ACCOUNT = "0014A000000615000101065887340212514012345678"
FIELDS = {
    "00": "01",
    "01": "11",
    "26": ACCOUNT,
    "52": "5734",
    "53": "458",
    "58": "MY",
    "59": "TECH SUPPLIES",
    "60": "PJ",
}


def payload_of(fields: dict[str, str], crc: str = "") -> str:
    head = "".join(f"{tag}{len(value):02}{value}" for tag, value in fields.items()) + "6304"
    return head + (crc or f"{binascii.crc_hqx(head.encode(), 0xFFFF):04X}")


STATIC = payload_of(FIELDS)


def test_the_check_digits_of_the_specification() -> None:
    assert emv_qr._crc("123456789") == "29B1"
    assert emv_qr._crc(OF_THE_SPECIFICATION[:-4]) == "A13A"


def test_a_dynamic_code_cannot_be_a_setting() -> None:
    with pytest.raises(ValueError, match="for one payment only"):
        emv_qr.clean_static_qr(OF_THE_SPECIFICATION)


def test_a_static_code_gets_amount_and_reference() -> None:
    assert emv_qr.clean_static_qr(f"  {STATIC}\n") == STATIC
    assert emv_qr.currency_of(STATIC) == "MYR"
    made = emv_qr.dynamic_qr(STATIC, Decimal("2567.5"), "RF17INV20240001")
    additional = "0115RF17INV202400010515RF17INV20240001"
    wanted = FIELDS | {"01": "12", "54": "2567.50", "62": additional}
    assert made == payload_of(dict(sorted(wanted.items())))


def test_other_additional_data_stay() -> None:
    made = emv_qr.dynamic_qr(payload_of({**FIELDS, "62": "0304A1230503OLD"}), Decimal(1), "RF18539007547034")
    assert "62480116RF185390075470340304A1230516RF18539007547034" in made


def test_yen_have_no_decimals() -> None:
    made = emv_qr.dynamic_qr(payload_of({**FIELDS, "53": "392"}), Decimal("2568.0000"), "RF17INV20240001")
    assert "54042568" in made


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_none(empty: str) -> None:
    assert emv_qr.clean_static_qr(empty) == ""


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ("hello", "see character 1"),
        ("https://maybank.example/qr", "see character 1"),
        (STATIC[:40], "see character 13"),
        (STATIC[:-1] + "x", "check digits at the end"),
        (STATIC.replace("5140", "5141"), "check digits at the end"),
        (STATIC[:-8], "check digits at the end"),
        (STATIC + "6404ZHZH", "check digits at the end"),
        (payload_of({"00": "02"} | {**FIELDS, "00": "02"}), "begins with 000201"),
        (payload_of({**FIELDS, "54": "10.00"}), "for one payment only"),
        (payload_of({**FIELDS, "01": "12"}), "for one payment only"),
        (payload_of({tag: value for tag, value in FIELDS.items() if tag != "26"}), "no account"),
        (payload_of({tag: value for tag, value in FIELDS.items() if tag not in ("53", "60")}), "no field 53, 60"),
        (payload_of({**FIELDS, "53": "000"}), "Unknown currency 000"),
        (payload_of({**FIELDS, "62": "0350" + "S" * 50}), "no room for a reference"),
        (payload_of({**FIELDS, "59": "A\nB"}), "see character"),
        (
            payload_of({**FIELDS, "80": "8" * 99, "81": "8" * 99, "82": "8" * 99, "83": "8" * 99, "84": "8" * 99}),
            "At most",
        ),
        ("٠٠٠٢٠١", "see character 1"),
    ],
)
def test_what_is_refused(payload: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        emv_qr.clean_static_qr(payload)


@given(st.text(max_size=60) | st.text("0123456789", max_size=60) | st.integers(0, len(STATIC)).map(STATIC.__getitem__))
def test_any_text_is_refused_in_words(text: str) -> None:
    if text.strip("\r\n\t "):
        with pytest.raises(ValueError, match="QR code"):
            emv_qr.clean_static_qr(text)


def test_an_amount_that_no_code_can_say() -> None:
    with pytest.raises(ValueError, match="no room"):
        emv_qr.dynamic_qr(STATIC, Decimal("12345678901.00"), "RF17INV20240001")


def test_ibans_and_bics() -> None:
    assert clean_iban(" de89 3704 0044 0532 0130 00 ") == "DE89370400440532013000"
    assert grouped_iban("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"
    assert clean_iban(" ") == clean_bic(" ") == grouped_iban("") == ""
    assert clean_bic("deut de ff") == "DEUTDEFF"
    for wrong in ("DE89370400440532013001", "514012345678", "٤٤", "DE"):
        with pytest.raises(ValueError, match="IBAN"):
            clean_iban(wrong)
    for wrong in ("DEUT", "DEUTDEFFXX", "DEUTXXFF", "ＤＥＵＴＤＥＦＦ"):
        with pytest.raises(ValueError, match="BIC"):
            clean_bic(wrong)
