#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# reproducible.sh: builds the release of HEAD twice, from clones in two folders, and compares every file.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for folder in one "another folder/below"; do
  git clone -q . "$scratch/$folder"
  (cd "$scratch/$folder" && packaging/sources.sh build/sources && cmake --preset static >/dev/null &&
    cmake --build --preset static -j "$(nproc)" >/dev/null && packaging/release.sh build/static/cnplint dist >/dev/null)
done
cmp "$scratch/one/dist/SHA256SUMS" "$scratch/another folder/below/dist/SHA256SUMS"
echo "reproducible: the same bytes from two folders"
cat "$scratch/one/dist/SHA256SUMS"
