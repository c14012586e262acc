#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes each target for some seconds (default 300), from the manifests and captures of the tests. A crash is kept
# in build/sanitize and fails the run. The entropic schedule is off: its bookkeeping took nine tenths of the time.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds="${1:-300}"
corpus=build/sanitize/corpus
mkdir -p "$corpus"
find tests examples -name '*.yaml' -size -16k | while read -r file; do
  cp "$file" "$corpus/$(sha1sum < "$file" | cut -c1-16)"
done
captures=build/sanitize/captures
mkdir -p "$captures"
find tests/flows/cases -type f ! -name '*.out' | while read -r file; do
  cp "$file" "$captures/$(sha1sum < "$file" | cut -c1-16)"
done
for target in lint_fuzz test_fuzz flows_fuzz; do
  from="$corpus"
  if [ "$target" = flows_fuzz ]; then from="$captures"; fi
  build/sanitize/$target "$from" -max_total_time="$seconds" -max_len=8192 -timeout=20 -entropic=0 \
    -rss_limit_mb=2048 -artifact_prefix=build/sanitize/ -print_final_stats=1 -close_fd_mask=1 \
    2>&1 | tail -n 20
done
