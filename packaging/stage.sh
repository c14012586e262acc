#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# stage.sh PROGRAM FOLDER: lays out what an installation has below FOLDER, as below /usr: the program, its manual pages
# and completions, which it prints itself, docs and examples.
set -eu
program=$(realpath "$1")
mkdir -p "$2"
target=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."

install -D -m 755 "$program" "$target/bin/cnplint"
man="$target/share/man/man1"
mkdir -p "$man"
"$program" __man | gzip -9n >"$man/cnplint.1.gz"
for command in $("$program" __complete '' | cut -f1); do
  "$program" __man "$command" | gzip -9n >"$man/cnplint-$command.1.gz"
done
completion() { # $1: the shell, $2: where
  mkdir -p "$(dirname "$target/share/$2")"
  "$program" completion "$1" >"$target/share/$2"
}
completion bash bash-completion/completions/cnplint
completion zsh zsh/vendor-completions/_cnplint
completion fish fish/vendor_completions.d/cnplint.fish
doc="$target/share/doc/cnplint"
mkdir -p "$doc"
cp -r README.md CHANGELOG.md docs examples "$doc/"
find "$target" -type d -exec chmod 755 {} +
find "$target/share" -type f -exec chmod 644 {} +
