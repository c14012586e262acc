#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, on Debian 12 or 13: `setup.sh build` what building needs, `setup.sh test` what the tests,
# checks and benchmarks need as well (Debian 12), `setup.sh release` what makes a release (Debian 12), `setup.sh
# test-release` what its tests need as well. Does nothing where all is there.
set -eu
cd "$(dirname "$0")"

packages="
  make cmake ninja-build pkg-config g++
  libyaml-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libre2-dev libexpected-dev libxxhash-dev
  libsimdjson-dev zlib1g-dev libzstd-dev libsodium-dev
"
release="ca-certificates dpkg-dev git python3 python3-wheel skopeo umoci"
case ${1:-} in
build) ;;
test)
  packages="$packages
    git libgtest-dev libvalijson-dev libbenchmark-dev
    clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 lld-14
    pre-commit python3 libxml2-utils nodejs npm libicu72 time valgrind
  "
  ;;
release) packages="$packages $release" ;;
test-release)
  packages="$packages $release
    binutils busybox-static debootstrap file fish golang lintian pre-commit python3-venv zsh
  "
  ;;
*)
  echo "usage: setup.sh build|test|release|test-release" >&2
  exit 2
  ;;
esac

is_installed() {
  dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

missing=""
for package in $packages; do
  # Node.js and Go may come from elsewhere than Debian.
  case $package in
    nodejs) command -v node >/dev/null && continue ;;
    npm) command -v npm >/dev/null && continue ;;
    golang) command -v go >/dev/null && continue ;;
  esac
  is_installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ]; then
  echo "setup: installing$missing"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -q
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
fi

# Checkers of the recipes for CI, where they can be had: their test says so where they are not there.
if [ "$1" = test-release ]; then
  [ -x build/tools/bin/check-jsonschema ] || { python3 -m venv build/tools && build/tools/bin/pip install -q check-jsonschema==0.39.0; } ||
    echo "setup: pip could not install check-jsonschema" >&2
  [ -x build/tools/bin/actionlint ] || GOBIN=$PWD/build/tools/bin go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.7 ||
    echo "setup: go could not install actionlint" >&2
fi
[ "$1" = test ] || exit 0

# Microsoft's SARIF validator, for the tests only. They say so and skip it where it is not there.
if [ ! -x tests/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool ]; then
  (cd tests/tools && npm ci --no-audit --no-fund --loglevel=error) ||
    echo "setup: npm could not install the SARIF validator" >&2
  chmod u+x tests/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool || true
fi
