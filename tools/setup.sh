#!/bin/sh
# Makes .venv with the locked dependencies and this checkout in it. Called by `make` when the lock or pyproject.toml
# is newer than .venv/ready.
set -eu
cd "$(dirname "$0")/.."

works() { "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if ! works .venv/bin/python; then
    for python in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}; do
        works "$python" && break
        python=
    done
    if [ -z "$python" ]; then
        echo "Relasi needs Python 3.11 or newer with the venv module, and none was found." >&2
        echo "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv
fi

echo "Installing the locked dependencies; the first time takes about a minute ..."
pip() { .venv/bin/python -m pip --disable-pip-version-check -qq "$@"; }
pip install --require-hashes -r requirements.lock
pip install --no-deps --no-build-isolation -e .
touch .venv/ready
