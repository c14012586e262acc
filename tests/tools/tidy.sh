#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy over our sources; any finding fails. Arguments: files, or `--changed` for the rooms in which something
# changed since the last tag, without a tag in the last day of commits (default: all).
# All are read room by room, as one unit each: most of the time goes into the same headers. The analyzer gives a
# function up after so many states; its own limit takes ten times as long and found nothing more here.
set -euo pipefail
cd "$(dirname "$0")/../.."
limit=(--extra-arg={-Xclang,-analyzer-config,-Xclang,max-nodes=20000})

# The rooms with changes as one expression; empty where all are to be read.
changed_rooms() {
  local base
  base=$(git describe --tags --abbrev=0 2>/dev/null) ||
    base=$(git rev-list -1 --before="$(($(git show -s --format=%ct) - 86400))" HEAD)
  [[ -n $base ]] || return 0
  # What every room is compiled with, or includes, concerns all.
  if git diff --quiet "$base" -- .clang-tidy CMakePresets.json CMakeLists.txt cmake base; then
    git diff --name-only "$base" -- '*.cpp' '*.h' | cut -d/ -f1 | sort -u | paste -sd '|'
  fi
}

files=()
unity=ON
rooms=""
case ${1:-} in
"") ;;
--changed) rooms=$(changed_rooms) ;;
*)
  files=("$@")
  unity=OFF
  ;;
esac
cmake --preset tidy -DCMAKE_UNITY_BUILD="$unity" >/dev/null
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(
  sed -n 's/^ *"file": "\(.*\)",\?$/\1/p' build/tidy/compile_commands.json |
    grep -Ev '/tests/(compile|bench)/|/compile_|/generated/' | grep -E "/(cnplint_)?(${rooms:-.*})(\.dir)?/" | sort)
printf '%s\n' "${files[@]}" | xargs -r -P "$(nproc)" -n 1 clang-tidy-14 -p build/tidy "${limit[@]}" --quiet \
  --warnings-as-errors='*' 2> >(grep -v 'warnings generated' >&2)
echo "tidy: ${rooms:-all} clean"
