# Everything runs in .venv, which the first target builds from the hashed locks.
# PYTHON=python3.12 make … uses another interpreter (3.11 to 3.13).

VENV := .venv
BIN := $(VENV)/bin
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test test-slow test-failed test-install check lint audit bench bench-long bench-quick docs fuzz lock pictures clean

demo: $(VENV)/.runtime
	$(BIN)/tone-monitor demo

# Hundreds of programs that the tests start, and the workers themselves, compile what they import once.
unexport PYTHONDONTWRITEBYTECODE

# Each worker has half of the tests in their order, and takes over from the other when it is done.
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal --max-worker-restart 0
# A fast test that is not done after two minutes hangs; slow ones have the five of pyproject.toml.
# EXAMPLES=full tries as many examples of each property as .ci/run does.
EXAMPLES ?= fast

test: $(VENV)/.dev
	$(PYTEST) -m "not slow" --hypothesis-profile $(EXAMPLES) --timeout 120 -o faulthandler_timeout=110

# Much of their time goes by in programs that play in real time: a third worker uses it.
test-slow: $(VENV)/.dev
	$(PYTEST) -n 3 -m slow --hypothesis-profile full

# The tests that failed the last time, one after the other.
test-failed: $(VENV)/.dev
	$(BIN)/python -m pytest -n0 --last-failed --last-failed-no-failures none

# The wheel with all its packages on each of the Pythons of pyproject.toml that is on this machine: 1 GB and some minutes each.
test-install: $(VENV)/.dev
	TONE_MONITOR_TEST_INSTALL=1 $(BIN)/python -m pytest -n0 -rA -k whole_installation --timeout 2400 -o faulthandler_timeout=2400 tests/project/test_install.py

check: lint audit test test-slow

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/.dev
	$(BIN)/python -m audit

fuzz: $(VENV)/.dev
	$(BIN)/python -m fuzz

# At most an hour and a half on two cores that nobody else uses. CONTRIBUTING.md says which recordings it needs.
bench: $(VENV)/.dev
	$(BIN)/python -m bench --write

# What takes longest: a call of eight hours, damaged input, growth, a million calls.
bench-long: $(VENV)/.dev
	$(BIN)/python -m bench --write long

# Ten figures of a subset in a few minutes, printed only.
bench-quick: $(VENV)/.dev
	$(BIN)/python -m bench quick

# The reference pages: docs/events.md, docs/rules.md, docs/metrics.md and the schemas, from the code.
docs: $(VENV)/.dev
	$(BIN)/python -m tools.reference

pictures: $(VENV)/.dev
	$(BIN)/python -m tools.pictures

$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tone Monitor needs Python 3.11, 3.12 or 3.13, but none was found. Install one, or run PYTHON=/path/to/python make." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --no-deps --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# Rebuilds both locks from pyproject.toml; needs uv. They have hashes and name no host.
COMPILE := uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --group build
lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev --all-extras -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
