"""What a file is taken for, and how its name is cleaned."""

import pytest

from bigledger_crm.documents.file_types import ENDINGS, type_of
from bigledger_crm.documents.filenames import MAX_LENGTH, clean_filename
from bigledger_crm.documents.tests.file_samples import ALLOWED, REFUSED, SVG, archive
from bigledger_crm.testing.cpu import least_work


@pytest.mark.parametrize(("content", "kind"), ALLOWED.values(), ids=ALLOWED)
def test_allowed(content: bytes, kind: str) -> None:
    assert type_of(content) == kind


def test_every_allowed_kind_has_a_sample() -> None:
    assert {kind.partition(";")[0] for _, kind in ALLOWED.values()} == ENDINGS.keys()


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_refused(content: bytes) -> None:
    assert type_of(content) is None


def test_an_archive_whose_part_does_not_unpack_is_refused() -> None:
    content = bytearray(archive(mimetype="application/vnd.oasis.opendocument.text"))
    deflated = 8
    content[8] = content[content.find(b"PK\x01\x02") + 10] = deflated  # which its plain text is not
    assert type_of(bytes(content)) is None


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF", b"<", b"a"])
def test_ten_megabytes_of_anything_are_judged_quickly(start: bytes) -> None:
    content = start + (b"PK\x01\x02<!--\n" * 1_048_576)[: 10 * 1024 * 1024 - len(start)]
    assert least_work(lambda: type_of(content), 1) < 1


@pytest.mark.parametrize(
    ("given", "kind", "shown"),
    [
        ("customer_po.pdf", "application/pdf", "customer_po.pdf"),
        ("Größe 送.PDF", "application/pdf", "Größe 送.PDF"),
        ("photo.jpeg", "image/jpeg", "photo.jpeg"),
        ("prices.csv", "text/plain; charset=utf-8", "prices.csv"),
        ("order.exe", "image/png", "order.exe.png"),
        ("x.html", "text/plain; charset=utf-8", "x.html.txt"),
        ("../../etc/passwd", "image/png", "passwd.png"),
        ("C:\\Users\\me\\a.png", "image/png", "a.png"),
        ("..", "image/png", "attachment.png"),
        ("", "image/png", "attachment.png"),
        (".png", "image/png", "png.png"),
        ("a\r\nSet-Cookie: x\x00.png", "image/png", "a Set-Cookie_ x.png"),
        ("invoice\u202egnp.exe", "image/png", "invoicegnp.exe.png"),
        ('a"b<c>|?*.png', "image/png", "a_b_c____.png"),
    ],
)
def test_names(given: str, kind: str, shown: str) -> None:
    assert clean_filename(given, kind) == shown


@pytest.mark.parametrize("given", ["x" * 300, "x" * 300 + ".png", "x." * 200 + "png"])
def test_long_names_are_cut_before_their_ending(given: str) -> None:
    shown = clean_filename(given, "image/png")
    assert len(shown) <= MAX_LENGTH
    assert shown.startswith("x")
    assert shown.endswith(".png")


def test_an_svg_stays_refused_whatever_surrounds_it() -> None:
    assert type_of(b"\n\t " + SVG + b"\n") is None
