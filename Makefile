# Everything there is to learn: make brief, test, check, validate, bench, docs.
# Python 3.11 or newer is all that must be there; PYTHON=/path/to/python chooses another one.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: brief test check validate bench docs format lock clean

brief: $(READY)  ## the briefing on the Karabakh war of 2020, as of 6 November
	$(BIN)/vedette brief karabakh-2020 --as-of 2020-11-06

test: $(READY)  ## all tests
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(READY)  ## format, lint, strict types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

validate: $(READY)  ## slow statistical studies, each with pass and fail limits
	$(BIN)/python -m pytest validation

bench: $(READY)  ## what a person waits for, beside its peers
	for study in benchmarks/bench_*.py; do $(BIN)/python $$study || exit 1; done

docs: $(READY)  ## the documentation site, in site/: its pictures drawn anew, every link checked
	$(BIN)/python tools/draw_docs.py docs/pictures
	$(BIN)/python -m mkdocs build --quiet
	@echo "open site/index.html"

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## pins what is known to work together; needs uv
	uv pip compile --universal --python-version 3.11 --all-extras --group dev --generate-hashes --no-annotate \
	  --no-header pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) out site

# The lock file pins every package; installing the project itself adds none.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "No Python 3.11 or newer was found here. Install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; \
	  exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { \
	  echo "$(PYTHON) has no venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
