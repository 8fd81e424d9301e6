# Everything that people and CI do here. `make` alone lists it.
PYTHON   ?= python3
PORT     ?= 8000
DATA_DIR ?= .data
WORKERS  ?= 2
VENV     := .venv
BIN      := $(VENV)/bin
RUN      := $(VENV)/.installed-run
DEV      := $(VENV)/.installed-dev
PO       := $(wildcard locale/*/LC_MESSAGES/django.po)
MO       := $(PO:.po=.mo)
# What the maintainer's lock may not hold: the address of any package index.
LOCK     := --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
            --no-header --no-annotate --quiet

# One source for `messages` and for the check that nothing is left untranslated.
EXTRACT  := $(BIN)/pybabel --quiet extract -F locale/babel.cfg --no-location --sort-output --omit-header \
            -k gettext_noop -k gettext_lazy -k ngettext_lazy:1,2 -k pgettext_lazy:1c,2 -k npgettext_lazy:1c,2,3

export DATA_DIR
# Dozens of processes read the same sources here: what one has compiled the others need not compile again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check format mutants races faults soak bench guide lock messages compile clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN) $(MO)  ## install what is needed and start the demo (PORT=8000 DATA_DIR=.data)
	@exec env DJANGO_SETTINGS_MODULE=config.settings.demo $(BIN)/python manage.py demo --port $(PORT)

test: $(DEV) $(MO)  ## the whole suite but faults; browser tests need Chromium (REQUIRE_BROWSER=1 forbids their skip)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --ignore=tests/browser --ignore=tests/bench --ignore=tests/faults
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/browser

check: $(DEV) $(MO)  ## style, types, layers, templates, migrations, messages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	$(EXTRACT) -o $(VENV)/messages.pot .
	$(BIN)/python -m tests.messages $(VENV)/messages.pot

format: $(DEV)  ## let ruff put every file in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

mutants: $(DEV) $(MO)  ## take every rule, lock and check of access away in turn: a test must notice (ONLY=session_)
	$(BIN)/python -m tests.mutants $(ONLY) --workers $(WORKERS)

races: $(DEV) $(MO)  ## the races with their full 40 rounds
	RACE_ROUNDS=40 $(BIN)/python -m pytest tests -m race --ignore=tests/browser --ignore=tests/bench -s

faults: $(DEV) $(MO)  ## kill -9 of the web process, of PostgreSQL and of the worker, 20 times each (FAULT_ROUNDS=20)
	FAULT_ROUNDS=$${FAULT_ROUNDS:-20} $(BIN)/python -m pytest tests/faults -s

soak: $(DEV) $(MO)  ## a thousand random calendars, 500 lives of 30 deeds, 500 open pages for 5 minutes: SLOT_EXAMPLES, MACHINE_EXAMPLES, MACHINE_STEPS, LIVE_STREAMS, LIVE_SECONDS
	SLOT_EXAMPLES=$${SLOT_EXAMPLES:-1000} $(BIN)/python -m pytest -n $(WORKERS) tests/scheduling/test_slots_properties.py
	MACHINE_EXAMPLES=$${MACHINE_EXAMPLES:-500} MACHINE_STEPS=$${MACHINE_STEPS:-30} MACHINE_SHARES=$(WORKERS) \
	  $(BIN)/python -m pytest -n $(WORKERS) -rP tests/scheduling/machine -k whatever
	LIVE_STREAMS=$${LIVE_STREAMS:-500} LIVE_SECONDS=$${LIVE_SECONDS:-300} $(BIN)/python -m pytest tests/live/test_many.py

bench: $(DEV) $(MO)  ## figures: our actions beside the same statements sent by hand, our week beside a plain one
	$(BIN)/python -m pytest tests/bench -m bench -s

guide: $(DEV) $(MO)  ## take the pictures of the user guide anew (needs Chromium)
	REQUIRE_BROWSER=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/browser/guide.py

lock: $(DEV)  ## write requirements/*.txt anew from the .in files (maintainers; needs the network)
	$(BIN)/python -m pip install --quiet uv
	cd requirements && ../$(BIN)/uv pip compile run.in $(LOCK) --upgrade -o run.txt
	cd requirements && ../$(BIN)/uv pip compile dev.in $(LOCK) --upgrade -o dev.txt

messages: $(DEV)  ## collect the words into locale/el, and list what is still to be translated
	$(EXTRACT) -o $(VENV)/messages.pot .
	$(BIN)/python -m tests.messages --update $(VENV)/messages.pot

compile: $(RUN) $(MO)  ## make the translations usable (run and test do it by themselves)

clean:  ## remove what was made here, but not the data in DATA_DIR
	rm -rf $(VENV) $(MO) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Praxis needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt | $(BIN)/python
	@echo "Installing what Praxis needs (once; about a quarter of a minute) ..."
	@$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.txt | $(BIN)/python
	@echo "Installing what building and testing needs (once; about half a minute) ..."
	@$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes -r $<
	@touch $@ $(RUN)

%.mo: %.po | $(RUN)
	@$(BIN)/pybabel --quiet compile --domain django --input-file $< --output-file $@ --locale $(word 2,$(subst /, ,$<))
