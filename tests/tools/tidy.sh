#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy over our sources; any finding fails. Arguments: the files (default: all).
# All are read room by room, as one unit each: most of the time goes into the same headers. The analyzer gives a
# function up after so many states; its own limit takes ten times as long and found nothing more here.
set -euo pipefail
cd "$(dirname "$0")/../.."
limit=(--extra-arg={-Xclang,-analyzer-config,-Xclang,max-nodes=20000})
files=("$@")
unity=ON
[[ ${#files[@]} -eq 0 ]] || unity=OFF
cmake --preset tidy -DCMAKE_UNITY_BUILD="$unity" >/dev/null
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(
  sed -n 's/^ *"file": "\(.*\)",\?$/\1/p' build/tidy/compile_commands.json | grep -Ev '/tests/(compile|bench)/|/compile_|/generated/' | sort)
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy-14 -p build/tidy "${limit[@]}" --quiet \
  --warnings-as-errors='*' 2> >(grep -v 'warnings generated' >&2)
echo "tidy: clean"
