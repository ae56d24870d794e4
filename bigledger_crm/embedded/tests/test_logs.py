import logging
import re
from io import StringIO

from bigledger_crm.embedded.logs import LONGEST_LINE, Printer, printable


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_every_line_carries_its_name() -> None:
    stream = StringIO()
    Printer(stream).copy("web", [b"GET / 200\n", b"last without an end"])
    assert stream.getvalue() == "web      | GET / 200\nweb      | last without an end\n"


def test_own_lines_are_log_lines() -> None:
    stream = StringIO()
    Printer(stream).note("web", "ended with exit status 1", logging.ERROR)
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    line = rf'web      \| {moment} ERROR bigledger\.supervisor request=- .* message="ended with exit status 1"\n'
    assert re.fullmatch(line, stream.getvalue())


def test_colours_only_on_a_terminal() -> None:
    terminal, file = Terminal(), StringIO()
    Printer(terminal).line("web", "hello")
    Printer(file).line("web", "hello")
    assert terminal.getvalue() == "\x1b[32mweb      |\x1b[0m hello\n"
    assert "\x1b" not in file.getvalue()


def test_a_child_cannot_steer_the_terminal() -> None:
    assert printable(b"a\x1b[2Jb\x07\r\n") == "a\ufffd[2Jb\ufffd"
    assert printable("价格 RM1\t\N{NO-BREAK SPACE}x\n".encode()) == "价格 RM1\t\ufffdx"
    assert printable(b"\xff") == "\ufffd"
    assert len(printable(b"x" * 10_000)) == LONGEST_LINE
