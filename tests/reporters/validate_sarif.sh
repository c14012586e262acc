#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Microsoft's SARIF validator, with the rules of GitHub's code scanning, on reports of ours: no error
# and no warning. Its rule that fetches the URIs of a report is off. Argument: the program.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
validator=tests/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
if [[ ! -x $validator ]]; then
  echo "skipped: the SARIF validator is not installed (./setup.sh, npm)"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat > "$scratch/config.xml" <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<Properties>
  <Properties Key="SARIF2006.UrisShouldBeReachable.Options">
    <Property Key="RuleEnabled" Value="Disabled" />
  </Properties>
</Properties>
XML

validate() { # $1: name; rest: arguments of cnplint
  local name=$1
  shift
  "$program" lint --fail-on never -o sarif="$scratch/$name.sarif" "$@" || true
  "$validator" validate "$scratch/$name.sarif" --config "$scratch/config.xml" \
    --rule-kind 'Sarif;Ghas' --level 'Error;Warning' --output "$scratch/$name.result" > "$scratch/out" 2>&1 || true
  if [[ ! -s $scratch/$name.result ]] || grep -E 'error|warning' "$scratch/out" | grep -v WRN999; then
    echo "FAILED: $name"
    cat "$scratch/out"
    exit 1
  fi
}
validate broken examples/broken
validate clean examples/shop
validate reporters tests/reporters/input
validate unreadable missing.yaml examples/broken
# Traffic of workloads that no manifest has: those findings point at the capture.
validate traffic --flows tests/cli/cases/lint_flows/flows.jsonl tests/cli/cases/lint_flows/policies.yaml
# The validator is no dummy: it sees what is wrong.
sed 's/"startLine": [0-9]*/"startLine": 0/' "$scratch/broken.sarif" > "$scratch/wrong.sarif"
if "$validator" validate "$scratch/wrong.sarif" --config "$scratch/config.xml" --rule-kind 'Sarif;Ghas' \
    --level 'Error;Warning' --output "$scratch/wrong.result" 2>&1 | grep -q ' error '; then
  echo "sarif: no error and no warning in 5 reports"
else
  echo "FAILED: the validator did not see a region without a line"
  exit 1
fi
