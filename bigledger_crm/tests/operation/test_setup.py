"""What bin/test installs on a bare machine, and what it says where it can't."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MISSING = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"

# Stands in for Python in .venv: what drives the browser starts once libatomic1 is installed.
PYTHON = f"""#!/bin/sh
[ -e {{folder}}/installed-libatomic1 ] && exit
echo '{MISSING}'
exit 1
"""
# Notes what is installed, or can't.
APT = """#!/bin/sh
[ "$1" = install ] || exit 0
{refuse}
for word; do case $word in -*|install) ;; *) : >"{folder}/installed-$word" ;; esac; done
"""


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def install_browser(folder: Path, *, refuse: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the set-up of bin/test in a folder where all is installed but what drives the browser."""
    (folder / "requirements.txt").write_text("")
    program(folder / ".venv/bin/python", PYTHON.format(folder=folder))
    program(folder / "programs/apt-get", APT.format(folder=folder, refuse=refuse))
    program(folder / "programs/sudo", '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n')
    program(folder / "programs/chromium", "#!/bin/sh\n")
    cksum = subprocess.run(["cksum"], input="", capture_output=True, text=True, check=True).stdout
    (folder / ".venv/requirements.stamp").write_text(cksum)
    (folder / ".venv/libraries.stamp").touch()
    shutil.copy(ROOT / "bin/setup.sh", folder)
    return subprocess.run(
        ["/bin/sh", "-euc", "REQUIREMENTS=requirements.txt; . ./setup.sh; install_browser"],
        cwd=folder,
        env={"PATH": f"{folder}/programs:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )


def test_what_drives_the_browser_is_installed(tmp_path: Path) -> None:
    done = install_browser(tmp_path)
    assert (tmp_path / "installed-libatomic1").exists()
    assert done.stderr == "Installing with apt-get: libatomic1\n"


def test_one_line_says_what_to_install_where_it_is_not_possible(tmp_path: Path) -> None:
    done = install_browser(tmp_path, refuse="exit 100")
    assert done.stderr.splitlines()[1:] == [
        f"The tests of the pages need what drives Chromium: apt-get install libatomic1 ({MISSING})"
    ]


def test_nothing_is_installed_where_nothing_is_missing(tmp_path: Path) -> None:
    (tmp_path / "installed-libatomic1").touch()
    assert install_browser(tmp_path).stderr == ""
