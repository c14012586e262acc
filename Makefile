# SPDX-License-Identifier: Apache-2.0
# A thin front over the CMake presets.
.PHONY: setup build demo test format tidy bench growth fuzz install package

JOBS ?= $(shell nproc)

setup:
	./setup.sh

build: setup
	cmake --preset release
	cmake --build --preset release -j $(JOBS)

demo: build
	build/release/cnplint lint examples/shop
	build/release/cnplint test examples/shop
	build/release/cnplint cover --flows examples/shop/flows.jsonl examples/shop
	build/release/cnplint lint --statistics --fail-on never examples/broken

test: setup
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)
	ctest --preset dev

format:
	tests/tools/format.sh

tidy: setup
	tests/tools/tidy.sh

bench: setup
	cmake --preset bench
	cmake --build --preset bench -j $(JOBS)
	build/bench/lint_bench
	build/bench/verdict_bench
	build/bench/flows_bench
	build/bench/synth_bench

growth: build
	tests/growth/measure.py build/release/cnplint

fuzz: setup
	cmake --preset fuzz
	cmake --build --preset fuzz -j $(JOBS)
	tests/fuzz/run.sh

install: build
	cmake --install build/release

package: build
	cd build/release && cpack
