"""An email is shown with the styles that it is sent with, by sheets that the policy knows."""

from base64 import b64encode
from hashlib import sha256

from bigledger_crm.web.email_preview import by_sheets

EMAIL = """<html><head><style>a{color:red}</style></head><body style="margin:0">
<p class="x" style="font:15px &quot;Noto Sans&quot;">He wrote style="color:red" &lt;b style="x"&gt;</p>
<td style="margin:0">a &gt; b</td></body></html>"""


def test_styles_go_to_a_sheet() -> None:
    page, hashes = by_sheets(EMAIL)
    sheet = '[data-style="0"]{margin:0}[data-style="1"]{font:15px "Noto Sans"}'
    assert f"<style>{sheet}</style></head>" in page
    assert '<body data-style="0">' in page
    assert '<p class="x" data-style="1">He wrote style="color:red" &lt;b style="x"&gt;</p>' in page
    assert '<td data-style="0">a &gt; b</td>' in page
    digests = [b64encode(sha256(text.encode()).digest()).decode() for text in ("a{color:red}", sheet)]
    assert hashes == [f"'sha256-{digest}'" for digest in digests]


def test_a_style_cannot_end_the_sheet() -> None:
    page, hashes = by_sheets('<head></head><p style="x:&lt;/style&gt;&lt;img src=y&gt;">a</p>')
    assert "<img" not in page
    assert hashes == []
