# One-word commands; `make` alone lists them. Each sets up what it needs first.

VENV   ?= .venv
PYTHON ?= python3
ADDR   ?= 127.0.0.1:8000
RUNS   ?= 1

bin   = $(VENV)/bin
# The last file of a set-up: an interrupted one leaves none and starts again.
ready = $(VENV)/.installed
# The file that npm writes last.
lighthouse = bench/page/node_modules/.package-lock.json

BENCH_URL = http://127.0.0.1:8765/

export NO_MKDOCS_2_WARNING = 1
export PYTHONUTF8 = 1
export TF_CPP_MIN_LOG_LEVEL = 3
export PIP_DISABLE_PIP_VERSION_CHECK = 1

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

site: $(ready) ## build the whole site into site/, running what has changed
	$(bin)/mkdocs build --strict

serve: $(ready) ## show the site while you write, at http://127.0.0.1:8000/
	$(bin)/mkdocs serve --dev-addr $(ADDR)

# What fails fast comes first. The browser looks at the built site, so that is
# built in between; with a filled store that takes seconds.
test: browser $(ready) ## run every test: unit, kernel, site, notes, browser
	$(bin)/python -m pytest tests/unit tests/notes tests/kernel tests/site
	$(bin)/python -m pytest --codeblocks docs
	$(bin)/mkdocs build --strict
	CHROMIUM="$$(tools/browser)" $(bin)/python -m pytest tests/browser

check: $(ready) ## compare the languages and check cells, without running any
	$(bin)/python -m notebuild check

verify: $(ready) ## run each page top to bottom and compare with the build
	$(bin)/python -m notebuild verify

report: $(ready) ## tell what each cell and task took, without running any
	$(bin)/python -m notebuild report $(if $(TRACE),--trace $(TRACE))

# Takes long, and needs a machine that does nothing else; BENCH=scale is one part of
# it, BENCH='peers --reviews 500 --epochs 1' a smaller workload.
bench: $(ready) ## measure the builds: beside other tools, and with 1,000 chapters
	$(bin)/python -m bench $(BENCH)

# The site is built for the address at which it is served, and served packed, as a
# host does. Node and npm are needed; what they run is locked as well. RUNS=3 takes
# the middle one of three runs of each page.
bench-page: browser $(ready) $(lighthouse) ## measure the pages with Lighthouse, as a phone on a slow line
	SITE_URL=$(BENCH_URL) $(bin)/mkdocs build --strict --quiet --site-dir bench/page/site
	CHROMIUM="$$(tools/browser)" node bench/page/run.mjs bench/page/site $(BENCH_URL) $(RUNS)

$(lighthouse): bench/page/package-lock.json
	npm ci --prefix bench/page --no-audit --no-fund
	@touch $@

# `make lock UPGRADE=--upgrade` moves everything to its newest release; what the
# benchmark's other tools share with the site stays the same as here.
lock: $(ready) ## resolve requirements.in into requirements.txt, with hashes
	$(bin)/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate $(UPGRADE) \
		--custom-compile-command 'make lock' \
		-o requirements.txt requirements.in
	for lock in bench/requirements/*.in; do \
		$(bin)/uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-annotate $(UPGRADE) \
			--custom-compile-command 'make lock' --constraints requirements.txt \
			-o $${lock%.in}.txt $$lock || exit 1; done

browser: # find or install the browser of the tests
	@tools/browser

clean: ## remove the site and the stored results; the next build runs all
	rm -rf site bench/page/site .notebuild .pytest_cache .hypothesis

distclean: clean ## remove the virtual environment as well
	rm -rf $(VENV) .bench bench/page/node_modules

# --clear: the environment is the locked set and nothing besides, also after
# an interrupted set-up, a changed lock or another Python.
$(ready): requirements.txt
	@$(PYTHON) -c 'import sys; \
		sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is not one." \
		"Name one, for example: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(bin)/pip install --require-hashes -r requirements.txt
	@touch $@

.PHONY: help site serve test check verify report bench bench-page lock browser clean distclean
.DELETE_ON_ERROR:
# The commands share site/ and the store; cells run side by side inside them.
.NOTPARALLEL:
