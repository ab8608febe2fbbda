# shellcheck shell=bash
# Bring .venv up to the lock. Needs common.sh, debian.sh and python.sh.

PIP_VERSION=26.3 # only builds the one wheel that the index does not have

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
    ! have flock || flock 9
    [[ ! -r $VENV/GROUPS ]] || read -r -a groups <"$VENV/GROUPS"
    mapfile -t groups < <(printf '%s\n' "${groups[@]}" "$@" | sort -u | sed '/^$/d')
    stamp=$(environment_stamp "${groups[@]}")
    if environment_is_current "$stamp"; then
        exec 9>&-
        return
    fi
    find_uv
    if ! python_fits "$VENV/bin/python"; then
        find_python
        say "creating .venv with $("$PYTHON" --version) ($PYTHON)"
        quietly venv "$UV" venv --quiet --no-config --clear --python "$PYTHON" "$VENV" || die "cannot create $VENV"
    fi
    for group in "${groups[@]}" llama; do files+=("$ROOT/locks/$group.txt"); done
    say "installing $(cat "${files[@]}" | grep -o '^[^ #]*==[^ ]*' | sort -u | wc -l) locked packages (${groups[*]})"
    if ! CI='' install_locked --offline "${files[@]}"; then # with a warm cache no index is asked
        [[ " ${groups[*]} " != *" demo "* && " ${groups[*]} " != *" test "* ]] || need_compiler
        install_locked "${files[@]}" ||
            die "cannot install the locked packages; connect this machine to the network for the first run"
    fi
    printf '%s\n' "${groups[*]}" >"$VENV/GROUPS"
    touch "$VENV/READY"
    [[ " ${groups[*]} " != *" test "* ]] || install_llama # the demo does with numpy alone
    printf '%s\n' "$stamp" >"$VENV/STAMP"
    exec 9>&-
}

install_locked() {
    quietly sync "$UV" pip sync --quiet --no-config --require-hashes --python "$VENV/bin/python" "$@"
}

# Sets LLAMA_WHEEL; builds it where it is not in the cache yet.
find_llama() {
    local options key temporary
    options=(
        "-DCMAKE_PROJECT_llama.cpp_INCLUDE=$ROOT/scripts/lib/llama.cmake"
        -DLLAVA_BUILD=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TOOLS=OFF
        -DLLAMA_BUILD_SERVER=OFF -DLLAMA_OPENSSL=OFF
        -DGGML_NATIVE=OFF # the cache may be shared by machines of one architecture
        -DGGML_OPENMP=OFF # one thread judges; no second runtime
        -DGGML_CCACHE=OFF
    )
    key=$(printf '%s\n' "${options[@]:1}" | cat - "$ROOT/scripts/lib/llama.cmake" "$ROOT/locks/llama-source.txt" | sha256sum)
    key=$CACHE/wheels/llama-$(uname -m)-${key:0:12}
    if ! compgen -G "$key/*.whl" >/dev/null; then
        need_compiler
        say "building llama-cpp-python (3 minutes on two cores; once, the wheel is kept in $CACHE)"
        temporary=$(cache_tmp llama)
        quietly llama-pip "$UV" pip install --quiet --no-config --python "$VENV/bin/python" \
            --target "$temporary/pip" "pip==$PIP_VERSION" || die "cannot fetch pip; connect this machine to the network for the first run"
        quietly llama env CMAKE_ARGS="${options[*]}" SKBUILD_INSTALL_STRIP=true PYTHONPATH="$temporary/pip" \
            "$VENV/bin/python" -m pip wheel --verbose --no-cache-dir --no-deps --require-hashes \
            --requirement "$ROOT/locks/llama-source.txt" --wheel-dir "$temporary/wheel" ||
            die "cannot build llama-cpp-python; everything else is installed"
        mkdir -p "$CACHE/wheels"
        rm -rf "$key"
        mv "$temporary/wheel" "$key"
    fi
    LLAMA_WHEEL=$(compgen -G "$key/*.whl")
}

install_llama() {
    find_llama
    quietly llama-install "$UV" pip install --quiet --no-config --offline --no-deps --python "$VENV/bin/python" \
        "$LLAMA_WHEEL" || die "cannot install $LLAMA_WHEEL"
}
