# `make run` and `make test` do everything on a fresh machine with Python 3.11+, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test check bench lock clean
.DEFAULT_GOAL := run

run: $(VENV)/.for-demo
	@$(BIN)/samewave run

test: $(VENV)/.for-dev
	$(BIN)/pytest -n 2 --dist worksteal

check: $(VENV)/.for-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python .ci/readme_commands.py

bench: $(VENV)/.for-dev
	$(BIN)/python -m bench

# Another set of pins: needs uv (`pip install uv`).
lock:
	uv pip compile --quiet $(LOCK) pyproject.toml requirements/build.in -o requirements/bot.txt
	uv pip compile --quiet $(LOCK) pyproject.toml requirements/build.in --extra demo -c requirements/bot.txt -o requirements/demo.txt
	uv pip compile --quiet $(LOCK) pyproject.toml requirements/build.in --extra demo --group dev -c requirements/demo.txt -o requirements/dev.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links

clean:
	rm -rf $(VENV) data/state

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Samewave needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12" % sys.version_info[:2])'
	@echo "Making the virtual environment $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# The larger set holds the smaller one at the same pins.
$(VENV)/.for-demo: requirements/demo.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned dependencies (the first time takes a minute or two) …"
	@$(PIP) install --require-hashes --requirement requirements/demo.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.for-dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned dependencies and the test tools (the first time takes a minute or two) …"
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.for-demo
