#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy over our sources; any finding fails. Arguments: the files (default: all).
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake --preset tidy >/dev/null
files=("$@")
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(git ls-files -co --exclude-standard '*.cpp' | grep -Ev '^tests/(compile|fuzz|bench)/')
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/tidy --quiet --warnings-as-errors='*' 2> >(grep -v 'warnings generated' >&2)
echo "tidy: clean"
