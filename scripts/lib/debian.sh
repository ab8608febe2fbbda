# shellcheck shell=bash
# Unpack packages of Debian or Ubuntu into a folder, without root and without touching the system.

# Prints "URI SUITE" of the machine's own distribution archive (not security, not a third party's).
debian_archive() {
    # shellcheck disable=SC2016  # the dollar signs are apt's
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk -v id="$1" '
            $4 != "main" || $1 ~ /security/ || $3 ~ /-/ { next }
            id == "ubuntu" && $1 !~ /ubuntu/ { next }
            id == "debian" && $1 !~ /debian\/?$/ { next }
            { print $1, $3; exit }'
}

# debian_unpack TARGET SUITE PACKAGE...   SUITE "" means the machine's own.
debian_unpack() {
    local target=$1 suite=$2 id uri own state keyring deb
    shift 2
    have apt-get && have dpkg-deb || return 1
    id=$(. /etc/os-release && printf '%s' "$ID")
    read -r uri own < <(debian_archive "$id") || return 1
    [[ -z $suite || $id == debian ]] || return 1
    state=$(cache_tmp apt)
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    : >"$state/status"
    keyring=/usr/share/keyrings/$id-archive-keyring.gpg
    {
        printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "${suite:-$own}"
        [[ ! -e $keyring ]] || printf 'Signed-By: %s\n' "$keyring"
    } >"$state/archive.sources"
    local options=(
        -qq
        -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=$state/status"
        -o "Dir::Cache=$state" -o "Dir::Cache::archives=$state/archives"
        -o "Dir::Etc::sourcelist=$state/archive.sources" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
        -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=1
        -o APT::Install-Recommends=false -o APT::Get::AllowUnauthenticated=false
    )
    quietly apt-update apt-get "${options[@]}" update || return 1
    quietly apt-download apt-get "${options[@]}" --yes --download-only install "$@" || return 1
    mkdir -p "$target"
    for deb in "$state"/archives/*.deb; do
        case ${deb##*/} in
        # The system's own compiler brings its own C library headers; a second set would only mislead it.
        libc6-dev_* | libc-dev-bin_* | linux-libc-dev_*) ;;
        *) dpkg-deb -x "$deb" "$target" ;;
        esac
    done
}

# Puts a C++ compiler at the end of PATH: the machine's, else the distribution's unpacked beside its C compiler.
need_compiler() {
    local root=$CACHE/compiler temporary name
    ! have g++ && ! have c++ || return 0
    have gcc || have cc ||
        die "some packages are built here and there is no compiler; install one (Debian/Ubuntu: apt-get install build-essential)"
    if [[ ! -e $root/bin/g++ ]]; then
        say "some packages are built here; unpacking the distribution's C++ compiler (about 60 MB, into $CACHE)"
        temporary=$(cache_tmp compiler)
        debian_unpack "$temporary" "" g++ ||
            die "some packages are built here and there is no C++ compiler; install one (Debian/Ubuntu: apt-get install g++)"
        mkdir "$temporary/bin"
        for name in g++ c++ "$(uname -m)-linux-gnu-g++"; do ln -s "../usr/bin/g++" "$temporary/bin/$name"; done
        rm -rf "$root"
        mv "$temporary" "$root"
    fi
    PATH=$PATH:$root/bin
}
