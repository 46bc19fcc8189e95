# `make` alone lists what there is. PYTHON=python3.13 picks another interpreter (and its own environment),
# INSTALLER=pip does without uv, PORT=8001 moves the demo.

PYTHON ?= python3
PORT ?= 8000
HTTPS_PORT = $(if $(filter file,$(origin PORT)),8443,$(PORT))
VENV := $(if $(filter python python3,$(notdir $(PYTHON))),.venv,.venv-$(patsubst python%,%,$(notdir $(PYTHON))))
RUN := $(VENV)/bin/python

# Every module is compiled once for all processes, also where the environment asks for no files beside the sources:
# the suites start hundreds of sites.
export PYTHONPYCACHEPREFIX := $(abspath .cache)/bytecode
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo stack stack-test test test-all test-systems lint matrix migrations bench build release-check constraints clean bootstrap bootstrap-demo

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: bootstrap-demo ## serve the example site with demo content on http://127.0.0.1:8000/ (PORT=)
	@$(RUN) scripts/demo.py --port "$(PORT)"

stack: bootstrap ## run the whole production architecture on this machine, on https://localhost:8443/ (PORT=, ARGS=)
	@$(RUN) scripts/stack.py --port "$(HTTPS_PORT)" $(ARGS)

stack-test: bootstrap ## check the whole stack from outside, in folders of its own
	@$(RUN) scripts/run_tests.py --systems --lanes 1 example_project -- tests/stack $(ARGS)

test: bootstrap ## run every suite against real PostgreSQL and Redis
	@$(RUN) scripts/run_tests.py $(ARGS)

test-all: bootstrap ## on both databases, with long campaigns, Chromium and faults (marked slow, browser, fault)
	@$(RUN) scripts/run_tests.py --all --database both $(ARGS)

test-systems: bootstrap ## only Chromium, faults and Node (tests marked browser, fault, node)
	@$(RUN) scripts/run_tests.py --systems --lanes 1 mkt-core mkt-monitoring mkt-api example_project $(ARGS)

lint: bootstrap ## check style, types, imports between packages, templates and metadata
	@PATH="$(abspath $(VENV))/bin:$$PATH" $(RUN) -m nox -s lint --no-venv

matrix: bootstrap ## run the suites on every supported Python, Django and Wagtail (ARGS="-e py311-dj52-wt74")
	@$(RUN) scripts/interpreters.py run -- $(RUN) -m tox run $(ARGS)

migrations: bootstrap ## check that no migration is missing, on the oldest and the newest versions
	@$(RUN) scripts/interpreters.py run -- $(RUN) -m tox run -m migrations

bench: bootstrap ## measure against peers
	@$(RUN) benchmarks/run.py $(ARGS)

build: bootstrap ## build the wheels and sdists of the four packages into dist/
	@$(RUN) scripts/install_alone.py --build-only

release-check: bootstrap ## build, look into the wheels, install each one alone, check the changelogs
	@$(RUN) scripts/changelog_check.py
	@$(RUN) scripts/install_alone.py

clean: ## remove environments, caches, built files and the demo's database
	rm -rf .venv .venv-* .tox .nox .cache .mypy_cache .ruff_cache .import_linter_cache dist build
	rm -rf example_project/var
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name .pytest_cache -prune -exec rm -rf {} +

# pyenv puts a shim for every installed version on PATH, and most of them only print an error: the interpreter
# itself is then taken from pyenv's folder.
bootstrap bootstrap-demo:
	@for python in "$(PYTHON)" $$(ls -d "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/*/bin/$(notdir $(PYTHON)) 2>/dev/null | sort -rV); do \
	  if "$$python" -c "" >/dev/null 2>&1; then \
	    exec "$$python" scripts/bootstrap.py --venv $(VENV) --profile $(if $(findstring demo,$@),demo,dev); \
	  fi; \
	done; \
	echo "$(PYTHON) does not run here: install Python 3.11 or later, or name another interpreter, as in PYTHON=python3.13 make test." >&2; \
	exit 1
