# Everything a developer does here, and everything CI does.
#
#   make demo    a whole season in seconds, on a mail server of its own (no account, no root)
#   make test    every test, against real servers
#   make lint    style, types, and who may import whom
#   make eval    how well replies are read, on hands that were never trained on
#   make simulate SEEDS=1000   seasons in a simulated world that fails

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Where a registry of packages is already set up for pip, it is used as it is.
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help demo test lint format train eval simulate matrix kill planted system clean

help:
	@sed -n 's/^#   //p' Makefile

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { .ci/system python && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }

$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing what the demo needs into $(VENV) ..."
	@$(PIP) install -c constraints.txt -e '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing what the tests need into $(VENV) ..."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	@$(BIN)/lordaemon demo

# Debian packages that real tests need (Dovecot, Chromium, a compiler for the steered clock).
system:
	@.ci/system

test: $(VENV)/.dev system
	@$(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The model that finds the accepting sentence, from tests/replies (docs/reading.md).
train: $(VENV)/.dev
	@$(BIN)/python bench/train_intent.py

eval: $(VENV)/.dev
	@$(BIN)/python bench/eval_intent.py

# The simulated world: 150 days a seed, the invariants checked after every step.
SEEDS ?= 100
simulate: $(VENV)/.dev
	@$(BIN)/python -m tests.simulation --seeds $(SEEDS)

# Every point at which a sending pass can be killed, with all that may become of the database.
matrix: $(VENV)/.dev
	@MATRIX_EVERY=1 $(BIN)/python -m pytest -q -n 2 tests/simulation/test_matrix.py

# The real program, on real servers, killed before every call that leaves a trace.
kill: $(VENV)/.dev system
	@KILL_EVERY=1 $(BIN)/python -m pytest -q -s tests/whole/test_kill_matrix.py

# Each rule and each gate taken out of a copy of the program: which test notices?
planted: $(VENV)/.dev
	@SEEDS=0 $(BIN)/python -m tests.simulation.planted

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
