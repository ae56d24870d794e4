import contextlib
import os
import smtplib
import socket
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bigledger_crm.embedded import mail
from bigledger_crm.embedded.loopback_ports import HOST, answers, is_free
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import Child, wait_until
from bigledger_crm.embedded.product_processes import ROOT

PASSWORD = "a-password-of-the-product"


def message() -> EmailMessage:
    text = EmailMessage()
    text["From"], text["To"], text["Subject"] = "crm@example.com", "siti@example.com", "Invois 发票"
    text.set_content("Terima kasih")
    return text


@contextlib.contextmanager
def serving(directory: Path) -> Iterator[int]:
    """The capture on a free port, in a process of its own."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", mail.__name__, "--port", str(port), "--directory", str(directory)]
    child = Child("mail", command, {**os.environ, mail.PASSWORD_VARIABLE: PASSWORD}, directory=ROOT)
    child.start()
    try:
        assert wait_until(lambda: answers(port), child, 30, lambda: False)
        yield port
    finally:
        assert child.stop()
    assert child.exit_code == 0


def send(directory: Path) -> None:
    with serving(directory) as port, smtplib.SMTP(HOST, port) as client:
        client.login("bigledger", PASSWORD)
        client.send_message(message(), to_addrs=["siti@example.com", "hidden@example.com"])


def test_an_email_becomes_a_file(tmp_path: Path) -> None:
    send(tmp_path)
    (path,) = tmp_path.iterdir()
    assert path.suffix == ".eml"
    content = path.read_bytes()
    assert content.startswith(
        b"X-Envelope-From: crm@example.com\r\nX-Envelope-To: siti@example.com, hidden@example.com\r\n"
    )
    assert b"Terima kasih" in content


def test_an_email_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPResponseException):
        send(tmp_path / "missing")


@pytest.mark.parametrize("password", [None, "wrong", ""])
def test_another_user_of_the_machine_is_refused(tmp_path: Path, password: str | None) -> None:
    with serving(tmp_path) as port, smtplib.SMTP(HOST, port) as client:
        if password is not None:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("bigledger", password)
        with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
            client.send_message(message())
    assert refusal.value.smtp_code == 530
    assert list(tmp_path.iterdir()) == []


def test_names_sort_by_time(tmp_path: Path) -> None:
    written = [mail.write(tmp_path, b"x").name for _ in range(5)]
    assert sorted(written) == written


def test_a_taken_port_is_passed_over_and_remembered(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.run.mkdir()
    usual = mail.choose_port(layout)
    with socket.create_server((HOST, usual)):
        assert not is_free(HOST, usual)
        assert answers(usual)
        other = mail.choose_port(layout)
        assert other != usual
    assert layout.mail_port() == other
