#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# stage.sh PROGRAM FOLDER: lays out what an installation has below FOLDER, as below /usr: the program, its manual pages
# and completions, which it prints itself, docs and examples. What is there already keeps its modes.
set -eu
program=$(realpath "$1")
mkdir -p "$2"
target=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022

install -D -m 755 "$program" "$stage/bin/cnplint"
man="$stage/share/man/man1"
mkdir -p "$man"
"$program" __man | gzip -9n >"$man/cnplint.1.gz"
for command in $("$program" __complete '' | cut -f1); do
  "$program" __man "$command" | gzip -9n >"$man/cnplint-$command.1.gz"
done
completion() { # $1: the shell, $2: where
  mkdir -p "$(dirname "$stage/share/$2")"
  "$program" completion "$1" >"$stage/share/$2"
}
# Where shells look: packages have folders of their own below /usr.
case $target in */usr) zsh=zsh/vendor-completions ;; *) zsh=zsh/site-functions ;; esac
completion bash bash-completion/completions/cnplint
completion zsh "$zsh/_cnplint"
completion fish fish/vendor_completions.d/cnplint.fish
doc="$stage/share/doc/cnplint"
mkdir -p "$doc"
cp -r README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs examples "$doc/"
find "$stage" -type d -exec chmod 755 {} +
find "$stage/share" -type f -exec chmod 644 {} +
tar -C "$stage" -cf - bin share | tar -C "$target" --no-overwrite-dir --no-same-owner -xpf -
