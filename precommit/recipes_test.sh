#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recipes for CI, run on a scratch repository as their systems run them: the scripts of the GitHub action, of the
# GitLab job and component, and of the Jenkins stage. Checks their forms as well where actionlint and check-jsonschema
# are installed. Argument: the program.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
if ! python3 -c 'import yaml' 2>/dev/null; then
  echo "skipped: python3-yaml is not installed"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" && ln -s "$program" "$scratch/bin/cnplint"
export PATH=$scratch/bin:$PATH HOME=$scratch GIT_CONFIG_GLOBAL=$scratch/gitconfig
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
die() { echo "FAILED: $*" >&2; exit 1; }
has() { # $1: a text, $2: a file
  grep -qF -- "$1" "$2" || { cat "$2"; die "no '$1' in $2"; }
}

repository=$scratch/repository
mkdir "$repository" && cd "$repository" && git init -q -b main
policy() { # $1: a port
  printf 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  endpointSelector: {matchLabels: {app: a}}\n  ingress: [{fromEndpoints: [{matchLabels: {app: b}}], toPorts: [{ports: [{port: "%s", protocol: TCP}]}]}]\n' "$1"
}
policy 80 >a.yaml && git add a.yaml && git commit -qm first
base=$(git rev-parse HEAD)
git checkout -qb topic && policy 81 >a.yaml && git commit -qam second

# $1: a file, $2: an expression of Python over its last document `it`.
script_of() {
  python3 -c 'import sys, yaml
it = list(yaml.safe_load_all(open(sys.argv[1])))[-1]
print(eval(sys.argv[2]))' "$1" "$2"
}

# GitHub: the step `cnplint` of the action, then the one that ends it.
export RUNNER_TEMP=$scratch/runner GITHUB_OUTPUT=$scratch/output GITHUB_STEP_SUMMARY=$scratch/summary
mkdir "$RUNNER_TEMP" && : >"$GITHUB_OUTPUT" && : >"$GITHUB_STEP_SUMMARY"
step="next(s['run'] for s in it['runs']['steps'] if s.get('name') == '%s')"
script_of "$here/github/action.yml" "${step/\%s/cnplint}" >"$scratch/step.sh"
PATHS=. ARGUMENTS="" BASE=$base DIFF_ARGUMENTS=--fail-on=widened bash -e "$scratch/step.sh" >"$scratch/stdout"
has 'lint=0' "$GITHUB_OUTPUT"
has 'diff=1' "$GITHUB_OUTPUT"
has 'opens ingress of shop/app=a from shop/app=b on 81/TCP' "$RUNNER_TEMP/cnplint-diff.md"
has '### cnplint' "$GITHUB_STEP_SUMMARY"
has '"version": "2.1.0"' "$RUNNER_TEMP/cnplint.sarif"
script_of "$here/github/action.yml" "${step/\%s/Result}" >"$scratch/step.sh"
LINT=0 DIFF=0 bash -e "$scratch/step.sh" || die "the result of a clean run"
if LINT=0 DIFF=1 bash -e "$scratch/step.sh"; then die "the result of a gate"; fi
if LINT=1 DIFF="" bash -e "$scratch/step.sh"; then die "the result of a finding"; fi
sed -i 's/"81"/81/' a.yaml
script_of "$here/github/action.yml" "${step/\%s/cnplint}" >"$scratch/step.sh"
PATHS=". a.yaml" ARGUMENTS="--cilium 1.19" BASE="" DIFF_ARGUMENTS="" bash -e "$scratch/step.sh" >"$scratch/stdout"
has 'lint=1' "$GITHUB_OUTPUT"
has '::error file=a.yaml,line=6' "$scratch/stdout"
git checkout -q a.yaml
# Several lines of paths; and the merge of a change that does nothing, while its base did something.
mkdir two && sed 's/"81"/81/' a.yaml >two/b.yaml
: >"$GITHUB_OUTPUT"
PATHS=$'a.yaml\ntwo\n' ARGUMENTS="" BASE="" DIFF_ARGUMENTS="" bash -e "$scratch/step.sh" >"$scratch/stdout"
has 'lint=1' "$GITHUB_OUTPUT"
rm -r two
git checkout -q main && git checkout -qb nothing && echo text >notes.txt && git add notes.txt && git commit -qm notes
git checkout -q --detach topic && git merge -q nothing -m merge
: >"$GITHUB_OUTPUT"
PATHS=. ARGUMENTS="" BASE=$base DIFF_ARGUMENTS=--fail-on=widened bash -e "$scratch/step.sh" >"$scratch/stdout"
has 'diff=0' "$GITHUB_OUTPUT"
git checkout -q topic

# GitLab: the lines of the job, with its variables.
for file in "$here/gitlab/cnplint.gitlab-ci.yml" "$here/gitlab/templates/cnplint.yml"; do
  script_of "$file" '"\n".join(it["cnplint"]["script"])' >"$scratch/job.sh"
  CNPLINT_PATHS=. CNPLINT_FLOWS="" CI_MERGE_REQUEST_DIFF_BASE_SHA=$base bash -e "$scratch/job.sh" >"$scratch/stdout" ||
    { cat "$scratch/stdout"; die "$file"; }
  has 'opens ingress of shop/app=a from shop/app=b on 81/TCP' cnplint-diff.md
  for each in gl-code-quality-report.json cnplint-lint.xml; do [[ -s $each ]] || die "$file: no $each"; done
  rm -f gl-* cnplint-*
done
python3 - "$here/gitlab/cnplint.gitlab-ci.yml" "$here/gitlab/templates/cnplint.yml" <<'PYTHON' || die "the job and the component are not the same"
import sys, yaml
job = yaml.safe_load(open(sys.argv[1]))["cnplint"]
spec, component = list(yaml.safe_load_all(open(sys.argv[2])))
text = yaml.safe_dump(component["cnplint"], width=10000)
for name, value in spec["spec"]["inputs"].items():
    text = text.replace(f"$[[ inputs.{name} ]]", str(value["default"]))
filled = yaml.safe_load(text)
filled["variables"] = {key: value or "" for key, value in filled["variables"].items()}
sys.exit(0 if filled == job else 1)
PYTHON

# Jenkins: the script of the stage.
sed -n "/sh '''/,/'''/p" "$here/jenkins/Jenkinsfile" | sed '1d;$d' >"$scratch/stage.sh"
git update-ref refs/remotes/origin/main main
CHANGE_TARGET=main sh -e "$scratch/stage.sh" >"$scratch/stdout" || { cat "$scratch/stdout"; die "Jenkins"; }
has 'opens ingress of shop/app=a from shop/app=b on 81/TCP' cnplint-diff.md
[[ -s cnplint.sarif && -s cnplint-lint.xml ]] || die "Jenkins: no reports"

# They name the release that this is.
version=$("$here/../packaging/version.sh")
for file in mirror/pyproject.toml github/action.yml gitlab/cnplint.gitlab-ci.yml gitlab/templates/cnplint.yml jenkins/Jenkinsfile \
  ../.pre-commit-hooks.yaml; do
  others=$(grep -o '[0-9]\+\.[0-9]\+\.[0-9]\+' "$here/$file" | grep -vxF "$version" || true)
  [[ -z $others ]] || die "$file names $others, this is $version"
  has "$version" "$here/$file"
done

# Their forms.
if command -v check-jsonschema >/dev/null; then
  sed '1,/^---/d; s/\$\[\[ inputs\.[a-z]* \]\]/x/' "$here/gitlab/templates/cnplint.yml" >"$scratch/component.yml"
  check-jsonschema --builtin-schema vendor.github-actions "$here/github/action.yml"
  check-jsonschema --builtin-schema vendor.github-workflows "$here/github/workflow.yml"
  check-jsonschema --builtin-schema vendor.gitlab-ci "$here/gitlab/cnplint.gitlab-ci.yml" "$scratch/component.yml"
else
  echo "left out: check-jsonschema is not installed (pip)"
fi
if command -v actionlint >/dev/null; then
  mkdir -p "$scratch/lint/.github/workflows" "$scratch/lint/precommit" && cp -r "$here/github" "$scratch/lint/precommit/"
  # Beside the action, whose inputs are then known.
  sed 's,uses: .*/cnplint/precommit/github@.*,uses: ./precommit/github,' "$here/github/workflow.yml" \
    >"$scratch/lint/.github/workflows/cnplint.yml"
  (cd "$scratch/lint" && git init -q . && actionlint)
else
  echo "left out: actionlint is not installed (go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.7)"
fi
echo "recipes: all run"
