import asyncio
import smtplib
import socket
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from bigledger_crm.embedded import mail
from bigledger_crm.embedded.paths import Layout


def message() -> EmailMessage:
    text = EmailMessage()
    text["From"], text["To"], text["Subject"] = "crm@example.com", "siti@example.com", "Invois 发票"
    text.set_content("Terima kasih")
    return text


def send(directory: Path) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(mail.Capture(directory), loop=loop), mail.HOST, 0)
        port = server.sockets[0].getsockname()[1]

        def deliver() -> None:
            with smtplib.SMTP(mail.HOST, port) as client:
                client.send_message(message(), to_addrs=["siti@example.com", "hidden@example.com"])

        await asyncio.to_thread(deliver)
        server.close()

    asyncio.run(run())


def test_a_mail_becomes_a_file(tmp_path: Path) -> None:
    send(tmp_path)
    (path,) = tmp_path.iterdir()
    assert path.suffix == ".eml"
    content = path.read_bytes()
    assert content.startswith(
        b"X-Envelope-From: crm@example.com\r\nX-Envelope-To: siti@example.com, hidden@example.com\r\n"
    )
    assert b"Terima kasih" in content


def test_a_mail_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPResponseException):
        send(tmp_path / "missing")


def test_names_sort_by_time(tmp_path: Path) -> None:
    written = [mail.write(tmp_path, b"x").name for _ in range(5)]
    assert sorted(written) == written


def test_a_taken_port_is_passed_over_and_remembered(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.run.mkdir()
    usual = mail.choose_port(layout)
    with socket.create_server((mail.HOST, usual)):
        assert not mail.is_free(mail.HOST, usual)
        assert mail.answers(usual)
        other = mail.choose_port(layout)
        assert other != usual
    assert layout.mail_port() == other
