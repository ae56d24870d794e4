"""The tests that --quick leaves out for being slow are there."""

import re

from django.conf import settings

from bigledger_crm.testing.quick import slow_tests


def test_each_is_a_function_of_its_file() -> None:
    gone = []
    for name in sorted(slow_tests()):
        path, *_, function = name.split("::")
        file = settings.BASE_DIR / path
        if not file.exists() or not re.search(rf"def {function}\(|\b{function} = ", file.read_text()):
            gone.append(name)
    assert gone == [], "a whole `bin/test --keep-slow` writes the list anew; names can be changed by hand too"
