# `make run` and `make test` do everything on a fresh machine with Python 3.11+, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AXE := build/axe.min.js
AXE_PACKAGE := axe-core@4.14.1
AXE_SHA256 := 29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run web test fuzz check texts bench-data bench kill-test soak overload chaos lock clean
.DEFAULT_GOAL := run

run: $(VENV)/.for-demo
	@$(BIN)/samewave run

# The companion page and its API, without the bot.
web: $(VENV)/.for-demo
	@$(BIN)/samewave web

# More workers than cores: many tests wait, for a process or a clock.
test: $(VENV)/.for-dev $(AXE)
	$(BIN)/pytest -n 5 --dist loadfile --no-loadscope-reorder

# The property tests with new random inputs, so many times over; `make test` repeats the same inputs.
ROUNDS ?= 5
fuzz: $(VENV)/.for-dev
	for round in $$(seq $(ROUNDS)); do \
		$(BIN)/pytest -n 3 --hypothesis-profile fuzz $$(grep -rl "^from hypothesis" tests --include="test_*.py") || exit 1; \
	done

check: $(VENV)/.for-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python .ci/readme_commands.py
	$(BIN)/python .ci/texts.py --check

# Gathers the texts for people; translate what is new in bot/i18n/translations.
texts: $(VENV)/.for-dev
	$(BIN)/python .ci/texts.py

# A made catalogue of 1.2 million songs, or of BENCH_ROWS; where it is there, `make bench` measures with it too.
bench-data: $(VENV)/.for-dev
	$(BIN)/python -m bench.made_catalogue

bench: $(VENV)/.for-dev
	$(BIN)/python -m bench

# Kills imports, trainings, refreshes, writes, backups and restores at random moments.
KILLS ?= 200
kill-test: $(VENV)/.for-dev
	$(BIN)/python -m tests.crash --kills $(KILLS)

# The bot on stand-ins of Discord and of the services: 50 commands a second, with faults.
MINUTES ?= 30
soak: $(VENV)/.for-dev
	$(BIN)/python -m tests.soak --minutes $(MINUTES)

# Twice as many commands as the bot can answer on this machine.
overload: $(VENV)/.for-dev
	$(BIN)/python -m tests.soak.overload --minutes 5

# Four processes on one PostgreSQL: first one of them is killed each minute, then each is restarted once.
chaos: $(VENV)/.for-dev
	$(BIN)/python -m tests.chaos --minutes $(MINUTES)
	$(BIN)/python -m tests.chaos --rolling
chaos: MINUTES = 15

# Another set of pins: needs uv (`pip install uv`).
lock:
	uv pip compile --quiet $(LOCK) pyproject.toml requirements/build.in --extra postgres -o requirements/bot.txt
	uv pip compile --quiet $(LOCK) pyproject.toml requirements/build.in --extra postgres --extra demo -c requirements/bot.txt -o requirements/demo.txt
	uv pip compile --quiet $(LOCK) pyproject.toml requirements/build.in --extra postgres --extra demo --group dev -c requirements/demo.txt -o requirements/dev.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links

# Looks for barriers in the browser tests, which skip that where it cannot be fetched.
$(AXE):
	@mkdir -p $(@D)
	-@cd $(@D) && npm pack --silent --fetch-retries=0 --fetch-timeout=20000 $(AXE_PACKAGE) >axe.name 2>/dev/null \
		&& tar -xzOf "$$(cat axe.name)" package/axe.min.js >axe.part && rm "$$(cat axe.name)" axe.name \
		&& echo "$(AXE_SHA256)  axe.part" | sha256sum --check --status && mv axe.part $(@F)

clean:
	rm -rf $(VENV) data/state

# A file of its own tells that it is whole: an interrupted one has a python, but no pip.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Samewave needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12" % sys.version_info[:2])'
	@echo "Making the virtual environment $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# requirements/dev.txt holds all of requirements/demo.txt, at the same pins.
HELD_BY_dev := $(VENV)/.for-demo

$(VENV)/.for-%: requirements/%.txt pyproject.toml | $(VENV)/.made
	@echo "Installing the pinned dependencies (the first time takes a minute or two) …"
	@$(PIP) install --require-hashes --requirement requirements/$*.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(HELD_BY_$*)
