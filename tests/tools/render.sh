#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# render.sh PROGRAM: with kustomize and helm on the PATH, `--render` finds of every fixture about clusters what is found
# without, and of the one that has to be rendered what its recorded outputs gave; and so of random repositories. Builds both programs with Go the first
# time, into build/render (helm takes ten minutes).
set -euo pipefail
cd "$(dirname "$0")/../.."

program=$(realpath "$1")
tools=$PWD/build/render
kustomize=sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
helm=helm.sh/helm/v3/cmd/helm@v3.19.0

if ! command -v go >/dev/null; then
  echo "render.sh: skipped: there is no go to build kustomize and helm with"
  exit 0
fi
[ -x "$tools/kustomize" ] || GOBIN=$tools go install "$kustomize"
[ -x "$tools/helm" ] || GOBIN=$tools go install "$helm"

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
export PATH=$tools:$(dirname "$program"):$PATH
failed=0

# What a case prints of its exit code, its standard output and its standard error.
transcript() {
  (cd "$temporary/case" && env -u NO_COLOR CNPLINT_RENDERERS="$tools" sh ./command \
    >"$temporary/out" 2>"$temporary/err" </dev/null) && code=0 || code=$?
  printf 'exit code %s\n--- stdout\n' "$code"
  cat "$temporary/out"
  printf -- '--- stderr\n'
  cat "$temporary/err"
}

for case in tests/cli/cases/clusters_*; do
  rm -rf "$temporary/case"
  cp -r "$case" "$temporary/case"
  if [ -d "$case/recorded" ]; then
    transcript | diff -u "$case/expected" - && result=same || result=differs
  else
    all=("--show-clusters" "-o json")
    # Templates of a chart are left out where nobody renders them: only the clusters are the same.
    if find "$case" -name Chart.yaml | grep -q .; then all=("--show-clusters"); fi
    for flags in "${all[@]}"; do
      # shellcheck disable=SC2086
      (cd "$temporary/case" && "$program" lint $flags . >"$temporary/written" 2>/dev/null) || true
      # shellcheck disable=SC2086
      (cd "$temporary/case" && "$program" lint $flags --render . >"$temporary/rendered" 2>/dev/null) || true
      diff -u "$temporary/written" "$temporary/rendered" && result=same || result=differs
      [ "$result" = same ] || break
    done
  fi
  echo "$result: $case"
  [ "$result" = same ] || failed=1
done
tests/tools/render_random.py "$program" 0 200 || failed=1
exit "$failed"
