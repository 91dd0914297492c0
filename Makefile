# On a fresh machine `make report` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROFILE ?= quick
SIZE ?= small
SECONDS ?= 60
# CPU wheels of PyTorch; set TORCH_INDEX to nothing to take the default build of your platform
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH := $(shell grep -o '^torch==[^ ]*' requirements.lock)
READY := $(VENV)/.ready

# where a soak starts; the same seed draws the same examples
SEED := $(or $(SEED),$(shell od -A n -N 4 -t u4 /dev/urandom | tr -d ' '))

.PHONY: setup report test checks-then-tests tests checks soak coverage mutants fuzz bench lint format docs latex lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --retries 1 $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) '$(TORCH)'
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

report: $(READY)
	$(BIN)/python -m reports.build --profile $(PROFILE)

# either run of pytest takes all cores, so one follows the other; ruff and mypy take one beside them
test: $(READY)
	$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint checks-then-tests

checks-then-tests: $(READY)
	failed=0; for part in checks tests; do $(MAKE) --no-print-directory $$part || failed=1; done; exit $$failed

tests: $(READY)
	$(BIN)/python -m pytest tests theory numerics reports

checks: $(READY)
	$(BIN)/python -m pytest proofs_checks

# fresh examples, five times as many
soak: $(READY)
	@echo 'to repeat this: make soak SEED=$(SEED)'
	failed=0; for part in tests proofs_checks; do \
		$(BIN)/python -m pytest $$part --hypothesis-profile=soak --hypothesis-seed=$(SEED) || failed=1; \
	done; echo 'to repeat this: make soak SEED=$(SEED)'; exit $$failed

# what checks and tests reach, of lines and branches together, in all processes that they start; fails below the share
# that pyproject.toml asks for, and lists what is missing
coverage: $(READY)
	rm -rf build/coverage
	mkdir -p build/coverage
	failed=0; for part in proofs_checks "tests theory numerics reports"; do \
		$(BIN)/python -m coverage run -m pytest $$part || failed=1; \
	done; \
	$(BIN)/python -m coverage combine --quiet && $(BIN)/python -m coverage report || failed=1; exit $$failed

# small changes of the trusted parts, to see whether their tests notice; MUTANTS='--path theory/kernel --sample 100'
mutants: $(READY)
	$(BIN)/python -m tests.mutants $(MUTANTS)

# nearly valid files for every reader; SECONDS=3600 for an hour of it
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)

# side by side with other libraries, which are installed for it; SIZE=full for all of them at all sizes, MNIST=DIR for
# the largest network
bench: $(READY)
	mkdir -p build
	grep -o '^[^ ]*==[^ ]*' requirements.lock > build/constraints.txt
	$(BIN)/pip install --quiet --retries 1 $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) \
		--constraint build/constraints.txt --no-build-isolation --editable '.[bench]'
	$(BIN)/python -m tests.benchmarks --size $(SIZE) $(if $(MNIST),--mnist $(MNIST))

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(READY)
	$(BIN)/python docs/reference.py --out build/docs

latex: $(READY)
	$(BIN)/python -m theory.export --out reports/out/latex

# versions change only here; the hashes are those of all files that the package index has of a version
lock: $(READY)
	@! $(BIN)/pip show --quiet pyhessian 2>/dev/null || { echo 'make bench left its libraries in $(VENV), which are not to be locked: remove it first'; exit 1; }
	mkdir -p build
	$(BIN)/pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev]'
	$(BIN)/pip freeze --all --exclude-editable | sed -e 's/+cpu$$//' -e '/^pip==/d' > build/versions.txt
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --no-deps --no-annotate --no-header --generate-hashes build/versions.txt \
		--output-file requirements.lock
	$(BIN)/pip uninstall --quiet --yes uv

clean:
	rm -rf reports/out build *.egg-info
