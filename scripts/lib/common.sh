# shellcheck shell=bash
# What every script needs: where things are and how to speak. Source it, do not run it.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VENV=$ROOT/.venv
# A service or a bare container may have no HOME.
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export HOME
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/proactive-assistant
export ROOT VENV CACHE

say() { printf '==> %s\n' "$*" >&2; }

# One line: what is missing, what to do, where the details are.
die() {
    printf 'error: %s%s\n' "$*" "${LOG:+ (details: $LOG)}" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command and keeps its output in a log: quietly LABEL COMMAND... Continuous integration shows the log's end of
# one that failed; a person is pointed to it by die.
quietly() {
    local status=0
    mkdir -p "$CACHE/logs"
    LOG=$CACHE/logs/$1.log
    "${@:2}" >"$LOG" 2>&1 || status=$?
    if ((status == 0)); then
        LOG=
    elif [[ -n ${CI:-} ]]; then
        tail -n 40 "$LOG" >&2
    fi
    return "$status"
}

# A temporary directory inside the cache, so that a rename into place is atomic; gone when the script ends.
cache_tmp() {
    mkdir -p "$CACHE/tmp"
    mktemp -d "$CACHE/tmp/$$.$1.XXXXXX"
}
trap 'rm -rf "$CACHE/tmp/$$".*' EXIT
