"""Schemathesis, all phases, against the running product: no 500, nothing undocumented, nothing of another company.

The coverage phase sends some 130 requests to every operation: each run has it for making payments and credit notes, and
shares the phases between two companies.  FUZZ_EXAMPLES=500 has all of them for both, and tries more of each operation
than the few of every run; FUZZ_SEED=1 tries others.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bigledger_crm.testing.product import ROOT, Product

pytestmark = [pytest.mark.processes, pytest.mark.timeout(6000)]
# Not asked for: that whatever fits the description is taken (the rules of a sale refuse much), that whatever doesn't is
# refused (a bad row of a bulk request is answered in its place), and missing keys, which the tenancy matrix tries.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,allow_header_conformance,use_after_free,"
    "ensure_resource_availability,ignored_auth,nothing_of_the_other_company"
)
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "2")
IS_LONG = "FUZZ_EXAMPLES" in os.environ
ALL = "examples,fuzzing,stateful"
MONEY = ["--include-path-regex", "/(payments|credit-notes)$"]
SEED = ["--seed", os.environ["FUZZ_SEED"]] if "FUZZ_SEED" in os.environ else ["--generation-deterministic"]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[Product]:
    """The product without a limit on requests."""
    product = Product(tmp_path_factory.mktemp("fuzzed") / "books", seed, API_RATE_LIMIT="off")
    with product.running():
        yield product
        assert "The books are correct" in product.manage("check_books")


@pytest.fixture(scope="module")
def companies(product: Product) -> list[dict[str, Any]]:
    """Both companies, as the world tells them."""
    script = "from bigledger_crm.tests.hostile.fuzzing.fixtures import main; main()"
    made: list[dict[str, Any]] = json.loads(product.manage("shell", "--no-imports", "-c", script))
    return made


@pytest.mark.parametrize(
    ("side", "phases", "checks", "chosen"),
    [
        (0, ALL if IS_LONG else "examples,fuzzing", CHECKS + ",most_operations_were_reached" * IS_LONG, []),
        (1, "coverage", CHECKS, [] if IS_LONG else MONEY),
        (1, ALL if IS_LONG else "stateful", CHECKS, []),
    ],
    ids=["one company", "every border", "the other company"],
)
def test_every_answer_is_documented_and_tells_nothing_of_others(
    product: Product,
    companies: list[dict[str, Any]],
    side: int,
    phases: str,
    checks: str,
    chosen: list[str],
    tmp_path: Path,
) -> None:
    ours, theirs = companies[side], companies[1 - side]
    config = tmp_path / "schemathesis.toml"
    headers = f'Authorization = "Bearer {ours["key"]}"\nX-Company-Id = "{ours["company"]}"\n'
    config.write_text(f'hooks = "bigledger_crm.tests.hostile.fuzzing.hooks"\n[headers]\n{headers}')
    options = [*chosen, "--checks", checks, "--phases", phases, "--max-examples", EXAMPLES, "--continue-on-failure"]
    # One worker: in Python 3.11 two threads that parse Python at once, as its generators do, disturb each other.
    options += [*SEED, "--no-shrink", "--workers", "1", "--warnings", "off", "--no-color"]
    program = [str(Path(sys.executable).with_name("st")), "--config-file", str(config), "run"]
    done = subprocess.run(
        [*program, str(ROOT / "docs" / "openapi.yaml"), "--url", f"http://127.0.0.1:{product.port}", *options],
        cwd=tmp_path,  # it keeps what it found where it runs
        env={**os.environ, "BIGLEDGER_FUZZED": json.dumps([ours, theirs]), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-200_000:] + done.stderr[-2000:]
