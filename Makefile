# SPDX-License-Identifier: GPL-2.0-only
# One command each. `make help` lists them; everything is built and run in the Debian root
# that tools/setup makes under build/.

MAKEFLAGS += --no-print-directory
R := tools/in-root
J ?= 2
KERNEL ?= 7.x

# Groups of tests (empty: all), figures to measure.
TESTS ?=
BENCH ?=
export FULL V TESTS BENCH
# As environment only: given on the command line they would win over variables of the same name in
# every makefile below (selftests/unit has a TESTS of its own).
MAKEOVERRIDES =

.DEFAULT_GOAL := help

help:
	@echo "make demo            a protected host from power-on to a refused read of EL2's memory"
	@echo "make check           all tests; TESTS=boot,unit picks groups, FULL=1 runs the long ones"
	@echo "make bench           the figures; BENCH=boot picks"
	@echo "make mutate          breaks EL2 on purpose, and says which breakage no test sees"
	@echo "make fuzz            fuzzers on the development machine; FUZZ_SECONDS=60 each"
	@echo "make shell           a protected host with a prompt; KERNEL=6.12, LOADER=tfa"
	@echo "make docs            Documentation/ as HTML in build/docs/html"
	@echo "make setup           only the set-up: build/ with all that is needed"
	@echo "make build           only the build"
	@echo "make clean           removes what was built; the set-up stays"
	@echo "make distclean       removes build/"
	@echo "make soak            the random caller for SOAK_SECONDS=7200, judged call by call"
	@echo "Not there yet: make prove, make install, make deb"

# The set-up says by itself what is done already; it must not be a prerequisite by file date.
setup:
	@PKVM_QUIET=1 tools/setup

build: setup
	@$(R) tools/build

check: build
	@selftests/run $(if $(FULL),--full) $(TESTS)

demo: build
	@tools/demo

bench: build
	@selftests/bench/run $(BENCH)

mutate: build
	@selftests/mutate/run $(MUTATE)

FUZZ_SECONDS ?= 60
fuzz: build
	@selftests/fuzz/run --seconds $(FUZZ_SECONDS) $(FUZZ)

LOADER ?= kernel
shell: build
	@tools/shell --kernel $(KERNEL) --loader $(LOADER)

docs: setup
	@$(R) sphinx-build -q -W --keep-going -b html -d build/docs/doctrees Documentation build/docs/html
	@echo "build/docs/html/index.html"

clean:
	@cd build 2>/dev/null && rm -rf el2 el2-* bin tools host monitor bare unit fuzz check demo docs boot shell || true

distclean:
	rm -rf build

SOAK_SECONDS ?= 7200
soak: setup
	@$(R) $(MAKE) -s -C selftests/spec
	@$(R) env SOAK_SECONDS=$(SOAK_SECONDS) PKVM_SEED=$(PKVM_SEED) build/spec/random

prove install deb:
	@echo "make $@: not there yet; it comes with a later issue" >&2; exit 2

.PHONY: help setup build check demo bench mutate fuzz shell docs clean distclean soak prove install deb
