#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Asks kubectl's own reader of YAML what it makes of new files, and our tests whether we read the same.
# Arguments: the tests, the seed of the files and their number.
set -euo pipefail
tests=$(realpath "$1")
seed=${2:-$(date +%Y%m%d)}
count=${3:-3000}
cd "$(dirname "$0")/yaml_oracle"
if ! command -v go >/dev/null; then
  echo "skipped: Go is not installed; the vectors that are kept are tested all the same"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if ! go build -o "$scratch/oracle" . 2> "$scratch/log"; then
  tail -n 3 "$scratch/log"
  echo "skipped: the oracle cannot be built here, its modules may be out of reach"
  exit 77
fi
"$scratch/oracle" vectors "$seed" "$count" | gzip > "$scratch/vectors.jsonl.gz"
echo "seed $seed, $count files"
CNPLINT_YAML_VECTORS="$scratch/vectors.jsonl.gz" "$tests" --gtest_brief=1 --gtest_filter='YamlVectors*'
