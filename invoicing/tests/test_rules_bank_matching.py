"""What a bank transaction may be for, by plain values."""

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.rules.bank_matching import MOST_ADDED, adding_up, numbers_in, references_in, share
from invoicing.rules.bank_reasons import REASONS, Reason
from invoicing.rules.payment_references import grouped_reference, reference_of_number

D = Decimal
AMOUNTS = st.decimals(min_value="0.01", max_value="50", places=2)
NUMBERS = st.from_regex(r"[A-Z]{1,4}-[0-9]{4}-[0-9]{1,6}", fullmatch=True)


class TestReferences:
    @given(NUMBERS, st.text(max_size=30), st.text(max_size=30))
    def test_one_is_found_in_any_text(self, number: str, before: str, after: str) -> None:
        reference = reference_of_number(number)
        assert reference in references_in(f"{before} {reference} {after}")

    @given(NUMBERS, st.integers(min_value=1, max_value=20))
    def test_one_that_is_broken_over_lines_is_found(self, number: str, place: int) -> None:
        reference = reference_of_number(number)
        assert reference in references_in(f"INV {reference[:place]}\n {reference[place:]} THANKS")
        assert reference in references_in(grouped_reference(reference).lower())

    @pytest.mark.parametrize("text", ["", "RF", "RF00", "RF99INV20240001", "Transfer", "RF" * 40, "٣RF١٢"])
    def test_nothing_else_is(self, text: str) -> None:
        assert references_in(text) == frozenset()


class TestNumbers:
    @pytest.mark.parametrize(
        "text",
        ["INV-2024-0001", "for inv-2024-0001.", "INV 2024 0001 thanks", "Rent;INV20240001", "x INV/2024/0001, y"],
    )
    def test_a_number_is_found_as_people_write_it(self, text: str) -> None:
        assert reference_of_number("INV-2024-0001") in numbers_in(text)

    @pytest.mark.parametrize("text", ["", "Thank you", "12", "INV"])
    def test_words_are_no_numbers(self, text: str) -> None:
        assert numbers_in(text) == frozenset()

    def test_a_long_text_is_not_read_to_its_end(self) -> None:
        assert len(numbers_in("INV-2024-0001 " * 10_000)) < 1000


class TestAddingUp:
    @given(AMOUNTS, st.lists(AMOUNTS, max_size=8))
    def test_what_is_found_adds_up_and_nothing_is_missed(self, amount: Decimal, dues: list[Decimal]) -> None:
        found = adding_up(amount, list(enumerate(dues)))
        for keys in found:
            assert len(set(keys)) == len(keys) in (2, 3)
            assert sum(dues[key] for key in keys) == amount
        every = [
            keys
            for size in (2, 3)
            for keys in combinations(range(len(dues)), size)
            if sum(dues[key] for key in keys) == amount
        ]
        assert found == every[:3]

    def test_a_pair_comes_before_three(self) -> None:
        assert adding_up(D(6), [("a", D(1)), ("b", D(2)), ("c", D(3)), ("d", D(4))]) == [("b", "d"), ("a", "b", "c")]

    def test_only_so_many_are_looked_at(self) -> None:
        dues = [(place, D(50)) for place in range(MOST_ADDED)]
        assert adding_up(D(3), [*dues, (100, D(1)), (101, D(2))]) == []


class TestShare:
    @given(AMOUNTS, st.lists(AMOUNTS, max_size=6), AMOUNTS)
    def test_all_is_shared_out_and_nobody_is_paid_too_much(
        self, amount: Decimal, dues: list[Decimal], charge: Decimal
    ) -> None:
        kept = charge if dues and charge < dues[-1] else D(0)
        shared = share(amount, [(due, None) for due in dues], kept)
        assert sum(shared.parts) + shared.left == amount
        assert shared.left >= 0
        limits = [*dues[:-1], *(due - kept for due in dues[-1:])]
        assert all(0 <= part <= limit for part, limit in zip(shared.parts, limits, strict=True))
        # The money goes to the first; a later one gets something only when those before have all.
        for place, part in enumerate(shared.parts):
            if part:
                assert list(shared.parts[:place]) == limits[:place]

    def test_what_is_asked_for_is_kept_even_if_it_is_too_much(self) -> None:
        assert share(D(10), [(D(8), D(9)), (D(5), D(4))]).left == D(-3)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("reference", ("INV-1",)), "The text has the payment reference of INV-1."),
        (Reason("reference", ("INV-1", "INV-2")), "The text has the payment references of INV-1 and INV-2."),
        (Reason("invoice_number", ("INV-1",)), "The text has the number INV-1."),
        (Reason("invoice_number", ("A", "B", "C")), "The text has the numbers A, B and C."),
        (Reason("recorded", day=date(2024, 1, 15)), "This amount was recorded by hand for 15 Jan 2024."),
        (Reason("amount_equal", ("INV-1",)), "The amount is what is due on INV-1."),
        (
            Reason("amount_equal", ("INV-1",), others=2),
            "The amount is what is due on INV-1, but also on other invoices.",
        ),
        (Reason("adds_up", ("INV-1", "INV-2")), "What is due on INV-1 and INV-2 adds up to the amount."),
        (Reason("known_payer", payer="A B", customer="Ab Ltd"), "A B has paid for Ab Ltd before."),
    ],
)
def test_reasons_are_sentences(reason: Reason, text: str) -> None:
    assert reason.message == text
    assert reason.code in REASONS
