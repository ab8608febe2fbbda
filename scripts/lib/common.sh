# shellcheck shell=bash
# What every script needs: where things are and how to speak. Source it, do not run it.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VENV=$ROOT/.venv
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/proactive-assistant
export ROOT VENV CACHE

say() { printf '==> %s\n' "$*" >&2; }

# One line: what is missing, what to do.
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command, shows its output only when it fails. quietly LABEL COMMAND...
quietly() {
    local label=$1 log status=0
    shift
    mkdir -p "$CACHE/logs"
    log=$CACHE/logs/$label.log
    "$@" >"$log" 2>&1 || status=$?
    if ((status)); then
        tail -n 15 "$log" >&2
        printf '    (whole log: %s)\n' "$log" >&2
    fi
    return "$status"
}

# A temporary directory inside the cache, so that a rename into place is atomic; gone when the script ends.
cache_tmp() {
    mkdir -p "$CACHE/tmp"
    mktemp -d "$CACHE/tmp/$$.$1.XXXXXX"
}
trap 'rm -rf "$CACHE/tmp/$$".*' EXIT
