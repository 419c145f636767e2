# SPDX-License-Identifier: Apache-2.0
# The short way to everything; each target is a script in tools/ or a preset of CMakePresets.json.
#   JOBS=N          how many compilers and tests at a time
#   FUZZ_SECONDS=N  how long `make fuzz` runs each target;  TARGETS="eql …" which
#   REFERENCE_PAIRS=N  pairs of query and event that `make fuzz` holds against the reference (TARGETS=reference: only that)
#   FUZZ_SEED=N  what `make fuzz` draws its broken logs from (TARGETS=broken_lines: only those)
export JOBS ?= $(shell nproc)

help:
	@echo "make hunt      build, then hunt through the sample logs with our own rules"
	@echo "make check     everything that must hold before a change lands (what CI runs)"
	@echo "make build     the release program, build/release/postern"
	@echo "make format    clang-format over all C and C++"
	@echo "make lint      clang-tidy, cppcheck, longest files and functions"
	@echo "make fuzz      the engine against the reference, hunts over broken logs, then each fuzz target for a minute"
	@echo "make coverage  what the tests reach, by layer and line"
	@echo "make docs      the pages of docs/reference/ that are made from tables"
	@echo "make bench     this program beside others on generated logs (BENCH=\"--bytes 100MB --rounds 3\")"
	@echo "make clean     remove build/"

hunt: build
	@build/release/postern hunt data/samples

build:
	@tools/setup.sh build
	@tools/build.sh release postern

check:
	@tools/setup.sh check
	@tools/check.sh

format:
	@tools/setup.sh check
	@tools/format.sh

lint:
	@tools/setup.sh check
	@tools/lint.sh

fuzz:
	@tools/setup.sh check
	@tools/fuzz.sh $(TARGETS)

docs: build
	@tools/docs.sh

coverage:
	@tools/setup.sh coverage
	@tools/coverage.sh

bench: build
	@bench/run.py $(BENCH)

clean:
	@rm -rf build

.PHONY: help hunt build check format lint fuzz coverage docs bench clean
