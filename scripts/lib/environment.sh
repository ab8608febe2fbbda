# shellcheck shell=bash
# Bring .venv up to the lock. Needs common.sh, debian.sh and python.sh.

LLAMA_VERSION=$(sed -n 's/^llama-cpp-python==\([0-9.]*\).*/\1/p' "$ROOT/locks/llama-source.txt")

# What .venv must hold: changes with the lock, the groups and the interpreter's place.
environment_stamp() {
    {
        printf '%s\n' "$ROOT" "$@"
        cat "$ROOT/scripts/lib/environment.sh" "$ROOT"/locks/*.txt
    } | sha256sum | cut -d ' ' -f 1
}

# A stamp without a working interpreter is worth nothing (a cache was emptied, a system upgraded).
environment_is_current() {
    [[ -r $VENV/STAMP && $(<"$VENV/STAMP") == "$1" ]] && "$VENV/bin/python" -c '' 2>/dev/null
}

# environment GROUP...
environment() {
    local stamp group files=() groups=()
    exec 9>"$ROOT/.setup.lock"
    flock 9
    [[ ! -r $VENV/GROUPS ]] || read -r -a groups <"$VENV/GROUPS"
    mapfile -t groups < <(printf '%s\n' "${groups[@]}" "$@" | sort -u | sed '/^$/d')
    stamp=$(environment_stamp "${groups[@]}")
    if environment_is_current "$stamp"; then
        flock -u 9
        return
    fi
    find_uv
    if ! "$VENV/bin/python" -c '' 2>/dev/null; then
        find_python
        say "creating .venv with $("$PYTHON" --version) ($PYTHON)"
        quietly venv "$UV" venv --quiet --no-config --clear --python "$PYTHON" "$VENV" || die "cannot create $VENV"
    fi
    for group in "${groups[@]}" llama; do files+=("$ROOT/locks/$group.txt"); done
    say "installing $(cat "${files[@]}" | grep -o '^[^ #]*==[^ ]*' | sort -u | wc -l) locked packages (${groups[*]})"
    install_locked "${files[@]}"
    printf '%s\n' "${groups[*]}" >"$VENV/GROUPS"
    touch "$VENV/READY"
    install_llama
    printf '%s\n' "$stamp" >"$VENV/STAMP"
    flock -u 9
}

# Offline first: with a warm cache no index is asked.
install_locked() {
    local sync=("$UV" pip sync --quiet --no-config --require-hashes --python "$VENV/bin/python")
    if ! "${sync[@]}" --offline "$@" >/dev/null 2>&1 && ! quietly sync "${sync[@]}" "$@"; then
        have gcc || have cc ||
            die "some packages are built here and there is no C compiler; install one (Debian/Ubuntu: apt-get install build-essential)"
        die "cannot install the locked packages; the lines above say which (no network? the first run needs the package index)"
    fi
}

install_llama() { :; }
