# Sourced by bin/run and bin/test: a Python, .venv, the system libraries. Plain POSIX sh; does nothing that is done.
# Expects the repository's root as working directory and REQUIREMENTS, the requirement files, the most inclusive last.

PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
DRIVER_PACKAGES="libatomic1"
BREW_PACKAGES="pango fontconfig"
BREW_FONTS="font-noto-sans font-noto-sans-cjk font-noto-sans-tamil font-noto-sans-arabic font-noto-color-emoji"

say() { printf '%s\n' "$*" >&2; }

# Runs a command as root, where that is possible without a question that nobody answers.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 1
    fi
}

apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    say "Installing with apt-get: $*"
    if [ -z "${APT_UPDATED:-}" ]; then
        as_root apt-get update -qq >&2 || return 1
        APT_UPDATED=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# The distribution's own comes first: one compiled at home, without a profile, takes up to a third longer for the same.
find_python() {
    for candidate in /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3 \
        python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c "import sys${1:+, $1}; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

makes_venv() { "$1" -c 'import ensurepip' 2>/dev/null; }

make_venv() {
    .venv/bin/python -c 'import pip' 2>/dev/null && return
    python=$(find_python) || { apt_install python3 && python=$(find_python); } || {
        say "Python 3.11 or later is missing: apt-get install python3 python3-venv (macOS: brew install python)"
        exit 1
    }
    rm -rf .venv
    makes_venv "$python" || { apt_install python3-venv && makes_venv "$python"; } || python=$(find_python ensurepip) || {
        say "Python's venv is missing: apt-get install python3-venv"
        exit 1
    }
    say "Making .venv"
    "$python" -m venv .venv
}

# The last file of REQUIREMENTS includes the ones before it.
install_requirements() {
    stamp=.venv/requirements.stamp
    # shellcheck disable=SC2086  one word for each file
    wanted=$(cat $REQUIREMENTS | cksum)
    if [ -f "$stamp" ] && grep -qxF "$wanted" "$stamp"; then
        return
    fi
    make_venv
    say "Installing Python packages"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "${REQUIREMENTS##* }" >&2
    # What serves the tests serves the product too: running after testing installs nothing.
    printf '%s\n' "$wanted" "$(cksum <requirements.txt)" >"$stamp"
}

libraries_are_there() {
    .venv/bin/python - <<'PYTHON'
import ctypes, shutil, subprocess, sys

def loads(*names):
    for name in names:
        try:
            return bool(ctypes.CDLL(name))
        except OSError:
            continue
    return False

def speaks(language):
    return bool(subprocess.run(["fc-list", f":lang={language}"], capture_output=True).stdout.strip())

sys.exit(not (
    loads("libpango-1.0.so.0", "libpango-1.0.dylib")
    and loads("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib")
    and loads("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib")
    and shutil.which("fc-list")
    and all(map(speaks, ("en", "zh", "ta", "ar", "und-zsye")))
))
PYTHON
}

install_libraries() {
    stamp=.venv/libraries.stamp
    [ -f "$stamp" ] && return
    if ! libraries_are_there; then
        # shellcheck disable=SC2086  one word for each package
        if command -v brew >/dev/null 2>&1; then
            brew install $BREW_PACKAGES >&2 && brew install --cask $BREW_FONTS >&2 || true
        else
            apt_install $PACKAGES || true
        fi
        if ! libraries_are_there; then
            say "PDFs need libraries and fonts that are missing: apt-get install $PACKAGES (macOS: brew install $BREW_PACKAGES)"
            return
        fi
    fi
    : >"$stamp"
}

# For the tests of the pages, which say themselves what is missing where this can't install it.
install_browser() {
    install_chromium
    missing=$(start_browser_driver) && return
    apt_install $DRIVER_PACKAGES || true
    missing=$(start_browser_driver) && return
    say "The tests of the pages need what drives Chromium: apt-get install $DRIVER_PACKAGES ($missing)"
}

# For the test with a pooler in front of the database.
install_pooler() {
    PATH="$PATH:/usr/sbin" command -v pgbouncer >/dev/null 2>&1 && return
    if command -v brew >/dev/null 2>&1; then
        brew install pgbouncer >&2 || true
    else
        apt_install pgbouncer || say "The test with a pooler needs PgBouncer: apt-get install pgbouncer"
    fi
}

install_chromium() {
    for program in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$program" >/dev/null 2>&1 && return
    done
    if command -v brew >/dev/null 2>&1; then
        brew install --cask chromium >&2 || true
    else
        apt_install chromium-headless-shell || apt_install chromium || say "The tests of the pages need Chromium: apt-get install chromium"
    fi
}

# Starts the program inside Playwright that drives the browser; prints the last line of what it says when it can't start.
start_browser_driver() {
    .venv/bin/python - <<'PYTHON'
import subprocess, sys
from playwright._impl._driver import compute_driver_executable

tried = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True, text=True)
print(*tried.stderr.splitlines()[-1:])
sys.exit(tried.returncode)
PYTHON
}

if [ -d /opt/homebrew/lib ]; then
    export DYLD_FALLBACK_LIBRARY_PATH="/opt/homebrew/lib:${DYLD_FALLBACK_LIBRARY_PATH:-/usr/local/lib:/usr/lib}"
fi
install_requirements
install_libraries
