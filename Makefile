# `make` lists the targets. Nothing here needs root, node or a system-wide package besides Python 3.11 and pip.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

UV_VERSION := 0.13.9
UV := .tools/bin/uv
BIN := .venv/bin
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# The machine's own certificates when it has some, so that a company's proxy is trusted.
export UV_SYSTEM_CERTS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),1,0)

.PHONY: help run test test-unit test-postgres test-processes test-browser check messages bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/runtime ## the portal at http://localhost:8000 (PORT, STAFFELLAUF_DATA)
	@exec $(BIN)/staffellauf up

test: .venv/complete ## everything: SQLite, PostgreSQL, killed workers, browser
	@failed=; for suite in test-unit test-postgres test-processes test-browser; do \
		printf '\n== make %s\n' $$suite; $(MAKE) $$suite || failed="$$failed $$suite"; done; \
	if [ -n "$$failed" ]; then printf '\nFailed:%s\n' "$$failed"; exit 1; fi; printf '\nAll suites passed.\n'

test-unit: .venv/complete ## the unit suite on SQLite
	@env -u DATABASE_URL $(BIN)/pytest -n auto -m "not processes"

test-postgres: .venv/complete ## the unit suite on a PostgreSQL that comes and goes with it
	@$(BIN)/python -m workshop.postgres $(BIN)/pytest -n auto -m "not processes"

test-processes: .venv/complete ## workers killed in the middle, on both databases
	@env -u DATABASE_URL $(BIN)/pytest -m processes; sqlite=$$?; \
	$(BIN)/python -m workshop.postgres $(BIN)/pytest -m processes && exit $$sqlite

test-browser: .venv/complete ## the journeys in tests/browser, in Chromium and Firefox
	@$(BIN)/python -m workshop.chromium && $(BIN)/python -m workshop.firefox && env -u DATABASE_URL $(BIN)/pytest tests/browser

check: .venv/complete ## lint, format, types, layers, templates, migrations, translations
	@$(BIN)/python -m workshop.check

messages: .venv/complete ## bring the translations up to date (FROM=folder takes texts from its .po files)
	@$(BIN)/python -m workshop.messages update $(FROM)

bench: .venv/complete ## measure, for example: make bench jobs
	@$(BIN)/python -m benchmarks $(filter-out bench,$(MAKECMDGOALS)) $(NAME)

bench-%: .venv/complete
	@$(BIN)/python -m benchmarks $*

clean: ## remove what the tools made; data/ stays
	rm -rf .venv .tools build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# `make bench jobs`: the words after it are its own.
ifneq (,$(filter bench,$(MAKECMDGOALS)))
$(filter-out bench,$(MAKECMDGOALS)): ; @:
endif

$(UV):
ifeq (,$(PYTHON))
	@echo "Staffellauf needs Python 3.11 or newer; none was found on the PATH." >&2; exit 1
endif
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "Staffellauf needs pip for $(PYTHON) (Debian: apt install python3-pip)." >&2; exit 1; }
	@echo "Fetching uv $(UV_VERSION) into .tools"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools uv==$(UV_VERSION)

# Two stamps: running needs less than testing, and neither takes away what the other brought.
.venv/runtime: pyproject.toml uv.lock | $(UV)
	@echo "Installing what the portal needs"
	@$(UV) sync --quiet --frozen --inexact --no-dev --python $(PYTHON)
	@touch $@

.venv/complete: pyproject.toml uv.lock | $(UV)
	@echo "Installing what the portal and its tests need"
	@$(UV) sync --quiet --frozen --python $(PYTHON)
	@touch $@ .venv/runtime
