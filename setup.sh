#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, on Debian 12 or 13: `setup.sh build` what building needs, `setup.sh test` what the tests,
# checks and benchmarks need as well (Debian 12). Does nothing where all is there.
set -eu
cd "$(dirname "$0")"

packages="
  make cmake ninja-build pkg-config g++
  libyaml-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libre2-dev libexpected-dev libxxhash-dev
  libsimdjson-dev zlib1g-dev libzstd-dev libsodium-dev
"
case ${1:-} in
build) ;;
test)
  packages="$packages
    git libgtest-dev libvalijson-dev libbenchmark-dev
    clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 lld-14
    pre-commit python3 libxml2-utils nodejs npm libicu72 time valgrind
  "
  ;;
*)
  echo "usage: setup.sh build|test" >&2
  exit 2
  ;;
esac

is_installed() {
  dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

missing=""
for package in $packages; do
  # Node.js may come from elsewhere than Debian.
  case $package in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
  is_installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ]; then
  echo "setup: installing$missing"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -q
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -q -y --no-install-recommends $missing
fi
[ "$1" = test ] || exit 0

# Microsoft's SARIF validator, for the tests only. They say so and skip it where it is not there.
if [ ! -x tests/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool ]; then
  (cd tests/tools && npm ci --no-audit --no-fund --loglevel=error) ||
    echo "setup: npm could not install the SARIF validator" >&2
  chmod u+x tests/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool || true
fi
