#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Cobertura report of the example is valid by the DTD, and its numbers agree with the LCOV one.
set -euo pipefail
program="$1"
cd "$(dirname "$0")/../.."
command -v xmllint >/dev/null || { echo "SKIP: xmllint is not installed (Debian: libxml2-utils)"; exit 77; }
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$program" cover --flows examples/shop/flows.jsonl -o "cobertura=$folder/c.xml" -o "lcov=$folder/l.info" examples/shop
xmllint --noout --nonet --dtdvalid tests/reporters/cobertura.dtd "$folder/c.xml"
lines="$(grep -c '<line ' "$folder/c.xml")"
test "$lines" -gt 20
test "$lines" -eq "$(grep -c '^DA:' "$folder/l.info")"
test "$(grep -c '<line [^>]*hits="0"' "$folder/c.xml")" -eq "$(grep -c '^DA:.*,0$' "$folder/l.info")"
echo "valid: $lines lines"
