# SPDX-License-Identifier: Apache-2.0
# A thin front over the CMake presets.
.PHONY: setup setup-test build demo test sanitize format tidy bench growth fuzz laws test-render chroot install release test-release test-reproducible

JOBS ?= $(shell nproc)
PREFIX ?= /usr/local

setup:
	./setup.sh build

setup-test:
	./setup.sh test

build: setup
	cmake --preset release
	cmake --build --preset release -j $(JOBS)

demo: build
	build/release/cnplint lint examples/shop
	build/release/cnplint test examples/shop
	build/release/cnplint cover --flows examples/shop/flows.jsonl examples/shop
	build/release/cnplint lint --statistics --fail-on never examples/broken

test: setup-test
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)
	ctest --preset dev -j $(JOBS)

format: setup-test
	tests/tools/format.sh

tidy: setup-test
	tests/tools/tidy.sh

bench: setup-test
	cmake --preset bench
	cmake --build --preset bench -j $(JOBS)
	build/bench/lint_bench
	build/bench/verdict_bench
	build/bench/flows_bench
	build/bench/synth_bench
	build/bench/fix_bench
	build/bench/review_bench

# The laws of fixes and of changes over every vector, many random policies and all manifests of this repository, and
# of folders that FOLDERS names with colons between them.
laws: setup-test
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)
	CNPLINT_ALL_INPUTS=1 CNPLINT_FOLDERS="$(FOLDERS)" build/dev/cnplint_tests --gtest_filter='FixLaws*:DiffLaws*'

growth: setup-test build
	tests/growth/measure.py build/release/cnplint

fuzz: setup-test
	cmake --preset sanitize
	cmake --build --preset sanitize -j $(JOBS)
	tests/fuzz/run.sh

# What --render makes of kustomize and helm, asked themselves; builds them with Go the first time.
test-render: setup-test build
	tests/tools/render.sh build/release/cnplint

sanitize: setup-test
	cmake --preset sanitize
	cmake --build --preset sanitize -j $(JOBS)
	ctest --preset sanitize -E 'sarif|pre-commit|compile'

# Builds and runs the program on other systems, each from nothing (as root; debootstrap).
chroot:
	tests/tools/chroot.sh bookworm
	tests/tools/chroot.sh trixie

# Into DESTDIR and PREFIX, with manual pages, completions and docs.
install: build
	packaging/stage.sh build/release/cnplint "$(DESTDIR)$(PREFIX)"

# One static program, and what installs it: an archive, a wheel, a Debian package, an image, an SBOM.
release:
	./setup.sh release
	packaging/sources.sh build/sources
	cmake --preset static
	cmake --build --preset static -j $(JOBS)
	packaging/release.sh build/static/cnplint dist

# Installs them as people do: chroots of Debian and of busybox, pip, pre-commit (as root).
test-release: release
	./setup.sh test
	./setup.sh test-release
	packaging/test.sh dist

# Whether two folders make the same bytes.
test-reproducible:
	./setup.sh release
	packaging/reproducible.sh
