# Everything works from a fresh clone on a machine with make and Python 3.11 or newer:
# the environment is made on first use, from the lock in requirements/, and only renewed when that
# or pyproject.toml changes.

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $(p))))
VENV := .venv
BIN := $(VENV)/bin
QUICK := -m pytest -n 2 -q -m "not slow"
PIP := -m pip install --quiet --disable-pip-version-check
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --group build --universal \
	--python-version 3.11 --generate-hashes --no-config --quiet --upgrade
FRAMEWORKS := .venv-frameworks

.DEFAULT_GOAL := help
.PHONY: help run test test-all test-frameworks test-frameworks-all test-newest test-oldest lock check lint format types imports wheel bench soak messages man docs clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-15s %s\n", $$1, $$2}'

run: $(VENV)/.run ## open the lab (first use sets up .venv)
	@$(BIN)/vglab

test: $(VENV)/.dev ## the quick tests
	$(BIN)/python $(QUICK)

test-all: $(VENV)/.dev ## every test, the slow proofs included
	$(BIN)/python -m pytest -n 2 -q

test-frameworks: $(FRAMEWORKS)/.ready ## the quick tests against PyTorch and JAX; TORCH_INDEX=… names where PyTorch is found
	PYTHONDONTWRITEBYTECODE= $(FRAMEWORKS)/bin/$(subst -m pytest,python -m pytest,$(QUICK)) tests/frameworks

test-frameworks-all: $(FRAMEWORKS)/.ready ## all of them, a hundred thousand injected faults included
	PYTHONDONTWRITEBYTECODE= $(FRAMEWORKS)/bin/python -m pytest -n 2 -q tests/frameworks

# Both ends of what pyproject.toml promises, each in an environment that is made anew.
test-newest: ## the quick tests on the newest releases that pyproject.toml allows
test-oldest: ## the quick tests on the lowest
test-newest: RELEASES := highest
test-oldest: RELEASES := lowest-direct
test-newest test-oldest: test-%: $(VENV)/.dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-$*
	$(BIN)/uv pip install --quiet --refresh --python .venv-$*/bin/python --resolution $(RELEASES) \
		--editable . --group dev
	.venv-$*/bin/python $(QUICK)

lock: $(VENV)/.dev ## renew the lock: the newest releases within the ranges of pyproject.toml
	$(LOCK) pyproject.toml --output-file requirements/run.txt
	$(LOCK) pyproject.toml --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) --group frameworks --constraint requirements/run.txt --output-file requirements/frameworks.txt

check: lint types imports wheel test ## all that has to pass: lint, types, import rules, wheel, quick tests

lint: $(VENV)/.dev ## ruff: rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev ## let ruff format and repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev ## basedpyright
	$(BIN)/basedpyright

imports: $(VENV)/.dev ## the arrows between the packages (import-linter)
	$(BIN)/lint-imports

wheel: $(VENV)/.dev ## build dist/*.whl and look inside it
	rm -rf build dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	$(BIN)/python tests/support/wheel.py dist/*.whl

bench: $(VENV)/.dev ## run all benchmarks; BENCH_PYTHON=… names an interpreter that has PyTorch and JAX too
	$(BIN)/python benchmarks/all.py $(if $(BENCH_PYTHON),--python $(BENCH_PYTHON))

soak: $(VENV)/.dev ## ten minutes of strain: the lab, a sweep, five visitors over SSH
	PYTHONPATH=tests/support $(BIN)/python tests/support/soak.py

messages: $(VENV)/.dev ## compile the translations
	$(BIN)/pybabel compile --domain vglab --directory scenarios/locale --statistics

man: $(VENV)/.dev ## write the man page, which the wheel brings along
	$(BIN)/python docs/make_man.py

docs: man ## write the pages of presets, claims, laws and keys, and build the site into build/site
	$(BIN)/python docs/make_pages.py
	$(BIN)/python docs/make_claims.py
	$(BIN)/python docs/make_laws.py
	$(BIN)/python docs/make_site.py

clean: ## remove all that was built, .venv included
	rm -rf $(VENV) $(FRAMEWORKS) .venv-newest .venv-oldest build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "vglab needs Python 3.11 or newer, and found none" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "no virtual environment could be made; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

# The lab alone: what a student on a slow line has to wait for.
$(VENV)/.run $(VENV)/.dev: $(VENV)/.%: requirements/%.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python $(PIP) --require-hashes --requirement $<
	$(BIN)/python $(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

# PyTorch and JAX take more than a GB, so they are kept apart; all else is used as it is in .venv.
$(FRAMEWORKS)/.ready: requirements/frameworks.txt requirements/torch.txt | $(VENV)/.dev
	$(BIN)/python -m venv --clear $(FRAMEWORKS)
	cd $(FRAMEWORKS)/lib/python*/site-packages && echo 'import site; site.addsitedir(sitedir.replace("$(FRAMEWORKS)", "$(VENV)"))' >venv.pth
	$(FRAMEWORKS)/bin/python $(PIP) --no-compile --require-hashes --requirement $<
	$(FRAMEWORKS)/bin/python $(PIP) --no-compile $(TORCH_INDEX:%=--extra-index-url %) --requirement requirements/torch.txt || { \
		echo "PyTorch cannot be installed here: TORCH_INDEX=https://download.pytorch.org/whl/cpu may help" >&2; exit 1; }
	@touch $@
