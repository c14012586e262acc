#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fails where clang-format would change a file. `--fix` changes it.
set -euo pipefail
cd "$(dirname "$0")/../.."
mode=(--dry-run --Werror)
[[ ${1:-} == --fix ]] && mode=(-i)
git ls-files -co --exclude-standard '*.cpp' '*.h' | xargs clang-format-14 "${mode[@]}"
echo "format: clean"
