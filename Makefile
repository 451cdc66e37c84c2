# Every chore is one target, here and in CI. All of them work in .venv, which the first one makes.

BIN := .venv/bin
UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
.PHONY: help run test check lint format docs lock audit bench wheel clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/ready ## Start the CRM of this folder, with sample data, on a local port (ARGS="--port 9000")
	@$(BIN)/relasi run $(ARGS)

test: .venv/ready ## Run the tests (ARGS="tests/config -x")
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: lint ## Everything that a change must pass: lint, then the tests with their coverage
	@$(MAKE) --no-print-directory test ARGS="--cov --cov-report=term"

lint: .venv/ready ## All checks but the tests: style, types, layers, the project's YAML, generated pages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/relasi check
	$(BIN)/python -m tools.reference --check

format: .venv/ready ## Let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: .venv/ready ## Write the pages and JSON Schemas that come from the code
	$(BIN)/python -m tools.reference

audit: .venv/ready ## Ask whether a locked dependency has a known vulnerability; without a network it only says so
	$(BIN)/python -m tools.audit

bench: .venv/ready ## Measure Relasi against the same work in raw SQLAlchemy
	$(BIN)/python -m pytest benchmarks $(ARGS)

wheel: .venv/ready ## Build dist/*.whl, install it in an empty environment and start a project with it
	tools/try_wheel.sh

# Keeps the versions that are locked already; UPGRADE=1 moves to the newest ones.
lock: .venv/ready ## Pin the exact version and hash of every dependency
	$(BIN)/python -m pip install -qq uv==$(UV_VERSION)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
	  --group dev pyproject.toml --output-file requirements.lock

clean: ## Remove what these targets made (never data/)
	rm -rf .venv build dist htmlcov .coverage .coverage.* .benchmarks .hypothesis \
	  .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.venv/ready: requirements.lock pyproject.toml
	@tools/setup.sh
