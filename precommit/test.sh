#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The hook under the real pre-commit on a scratch repository: a bad policy blocks the commit with a
# readable message, a good one passes, and findings elsewhere do not count unless --all says so.
# Argument: the program.
set -euo pipefail
program=$(realpath "$1")
if ! command -v pre-commit >/dev/null; then
  echo "skipped: pre-commit is not installed (Debian package pre-commit)"
  exit 77
fi
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch PRE_COMMIT_HOME=$scratch/cache CNPLINT=$program
export GIT_CONFIG_GLOBAL=$scratch/gitconfig GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com
export GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com

# The hook as a repository of its own: the two things pre-commit reads of ours.
hooks=$scratch/hooks
mkdir -p "$hooks/precommit"
cp "$here/.pre-commit-hooks.yaml" "$hooks/"
cp "$here"/precommit/cnplint-*hook "$hooks/precommit/"
git -C "$hooks" init -q && git -C "$hooks" add -A && git -C "$hooks" commit -qm hooks

repository=$scratch/repository
mkdir "$repository" && cd "$repository" && git init -q
write_config() { # $1: args, $2: the hook
  cat > .pre-commit-config.yaml <<YAML
repos:
- repo: $hooks
  rev: $(git -C "$hooks" rev-parse HEAD)
  hooks:
  - id: ${2:-cnplint-system}
YAML
  if [[ -n $1 ]]; then echo "    args: [$1]" >> .pre-commit-config.yaml; fi
}
policy() { # $1: rules
  printf 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  endpointSelector: {matchLabels: {app: a}}\n  ingress: %s\n' "$1"
}
expect() { # $1: what, $2: expected code, rest: command
  local what=$1 expected=$2 code=0
  shift 2
  "$@" > "$scratch/out" 2>&1 || code=$?
  if [[ $code != "$expected" ]]; then
    echo "FAILED: $what: exit code $code"
    cat "$scratch/out"
    exit 1
  fi
}
says() {
  if ! grep -qF -- "$1" "$scratch/out"; then
    echo "FAILED: no '$1' in:"
    cat "$scratch/out"
    exit 1
  fi
}

write_config ""
pre-commit install > /dev/null

policy '[]' > "with space.yaml"
git add -A
expect "a bad policy blocks the commit" 1 git commit -m bad
says "policy-without-rules"
says "with space.yaml:6:3: error:"

policy '[{}]' > "with space.yaml"
git add -A
expect "a good policy passes" 0 git commit -m good

policy '[]' > old.yaml
git add old.yaml
git commit -qnm "a bad policy from before"
policy '[{}]' | sed 's/name: a/name: b/' > new.yaml
git add new.yaml
expect "findings of other files do not count" 0 git commit -m other
write_config "--all, --"
git add -A
policy '[{}]' | sed 's/name: a/name: c/' > newer.yaml
git add -A
expect "--all counts them" 1 git commit -m all
says "old.yaml:6:3: error:"
expect "a run over all files" 1 pre-commit run --all-files
says "old.yaml:6:3: error:"

# Names that a shell or an option parser could take for something else.
write_config ""
git rm -qf old.yaml
policy '[{}]' > clean.yaml
git add -A
git commit -qnm "nothing wrong is left"
for name in '--all.yaml' '--output=json=pwned.yaml' '-x.json' "it's \"quoted\".yaml" $'two\nlines.yaml' '$(touch pwned).yaml'; do
  policy '[]' > "./$name"
  git add -A
  expect "a bad policy in $name" 1 git commit -m odd
  says "policy-without-rules"
  git rm -qf -- "$name"
done
if [[ -e pwned.yaml || -e pwned ]]; then
  echo "FAILED: a name of a file was taken for an option or a command"
  exit 1
fi
write_config "--cilium=1.19"
policy '[{}]' > "./--cilium=1.19"
git add -A
expect "an option that is also a file is said" 2 "$hooks/precommit/cnplint-hook" --cilium=1.19 clean.yaml
says "end the hook's args"
git rm -qf -- "--cilium=1.19"

# A commit that only deletes: what it breaks stands in another file.
write_config ""
git add -A
printf 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: dns, namespace: shop}\nspec:\n  endpointSelector: {}\n  egress: [{toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}], toPorts: [{ports: [{port: "53", protocol: ANY}]}]}]\n' > dns.yaml
printf 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: out, namespace: shop}\nspec:\n  endpointSelector: {matchLabels: {app: a}}\n  egress: [{toEndpoints: [{matchLabels: {app: b}}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]\n' > out.yaml
git add -A
git commit -qnm "DNS beside an egress rule"
git rm -qf dns.yaml
expect "deleting the policy that allows DNS" 1 git commit -m delete
says "manifests are deleted"
says "out.yaml:6:13: warning:"
git reset -q --hard
echo text > notes.txt
git add -A
expect "a commit without manifests" 0 git commit -m notes

# The other hook says what a commit does, and stops nothing unless it is told to.
write_config "" cnplint-diff-system
git add -A
git commit -qnm "the other hook"
sed -i 's/"80"/"81"/' out.yaml
git add -A
expect "a change is told" 0 git commit -m change
says "opens egress of shop/app=a to shop/app=b on 81/TCP"
write_config "--fail-on=widened" cnplint-diff-system
sed -i 's/"81"/"82"/' out.yaml
git add -A
expect "a gate stops it" 1 git commit -m gate
says "opens egress of shop/app=a to shop/app=b on 82/TCP"
git reset -q --hard

# What is not of the commit does not count; a range of commits is judged as such.
write_config "--fail-on=widened" cnplint-diff-system
git add -A
git commit -qnm "the gate"
sed 's/name: out,/name: more,/; s/"80"/"9999"/; s/"81"/"9999"/' out.yaml > untracked.yaml
echo text > more.txt
git add more.txt
expect "an untracked policy is not of the commit" 0 git commit -m untracked
rm untracked.yaml
sed -i 's/"81"/"83"/' out.yaml
git add -A
git commit -qnm "past the hook"
expect "a range of commits" 1 pre-commit run --from-ref HEAD~1 --to-ref HEAD
says "opens egress of shop/app=a to shop/app=b on 83/TCP"

# A policy in a hidden folder is read where it is committed; other hidden files are left alone.
write_config ""
mkdir .deploy
policy '[]' > .deploy/p.yaml
printf 'a: !reference [b]\n' > .ci.yaml
git add -A
expect "a bad policy in a hidden folder" 1 git commit -m hidden
says ".deploy/p.yaml:6:3: error:"
echo "pre-commit: all cases passed"
