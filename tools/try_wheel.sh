#!/bin/sh
# Builds the wheel and proves that it is enough: an empty environment, a new project, a check and a database.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

rm -rf dist
.venv/bin/python -m pip --disable-pip-version-check -qq wheel --no-deps --no-build-isolation --wheel-dir dist .
wheel=$(ls "$root"/dist/*.whl)

trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
.venv/bin/python -m venv "$trial/venv"
# The locked versions without their hashes: pip would ask for the hash of the wheel itself.
grep -o '^[a-z0-9._-]*==[^ ]*' requirements.lock > "$trial/constraints.txt"
"$trial/venv/bin/python" -m pip --disable-pip-version-check -qq install -c "$trial/constraints.txt" "$wheel"

cd "$trial"
venv/bin/relasi init my-crm
cd my-crm
../venv/bin/relasi check
../venv/bin/relasi apply --yes
echo "$(basename "$wheel") works outside the checkout."
