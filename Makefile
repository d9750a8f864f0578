# What a developer types. `make help` lists it. A fresh machine needs python3 >= 3.11 with pip, and make.
PY ?= python3
V  := .venv
BIN := $(V)/bin

# No ensurepip needed (second branch), the user's pip mirror and certificates are honoured, hashes are checked,
# and the stamp file makes it idempotent.
define install
	@test -x $(BIN)/python || $(PY) -m venv $(V) 2>/dev/null || $(PY) -m venv --clear --without-pip $(V)
	@echo "installing $(1) into $(V) ..."
	@if [ -x $(BIN)/pip ]; then $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); \
	 else $(PY) -m pip --python $(BIN)/python install -q --disable-pip-version-check --require-hashes -r $(1); fi
	@touch $@
endef

.PHONY: help demo test check bench long lock
.DEFAULT_GOAL := help

help:  ## list what make can do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(V)/.run: requirements.lock
	$(call install,requirements.lock)
$(V)/.dev: requirements-dev.lock
	$(call install,requirements-dev.lock)
$(V)/.bench: requirements-bench.lock
	$(call install,requirements-bench.lock)

demo: $(V)/.run  ## set up and talk to the bot: embedded calendar, a sample week, no account (ARGS="--as Ana")
	@$(BIN)/python -m bot chat --sample $(ARGS)

test: $(V)/.dev  ## set up and run every test
	@$(BIN)/python -m pytest -q

check: $(V)/.dev  ## ruff, mypy, import rules, docs
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >$(V)/imports.log || { cat $(V)/imports.log; exit 1; }
	@$(BIN)/python -m pytest -q -n 0 -p no:cacheprovider tests/test_repository.py

bench: $(V)/.bench  ## speed, as ratios in one run; writes bench/results.json
	@$(BIN)/python -m bench

long: $(V)/.dev  ## the promises at full size: kill storms, simulations
	@$(BIN)/python -m pytest -q -m long

lock:  ## make the lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --python-version 3.11 -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra scale --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra scale --group dev --group bench -c requirements-dev.lock -o requirements-bench.lock
