#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sources.sh FOLDER: puts the sources that packaging/sources.txt names below FOLDER, from Debian's source packages, each
# held against its SHA-256. Does nothing where they are there. Needs no root: apt gets lists of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"

# The sources of the machine, asked for source packages.
prepare_apt() {
  [ -e apt/ready ] && return
  rm -rf apt
  mkdir -p apt/lists/partial apt/cache/archives/partial apt/parts
  for list in /etc/apt/sources.list.d/*.sources; do
    if [ -f "$list" ]; then sed 's/^Types:.*/Types: deb-src/' "$list" >"apt/parts/$(basename "$list")"; fi
  done
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    if [ -f "$list" ]; then sed -n 's/^deb /deb-src /p' "$list" >"apt/parts/$(basename "$list" .list).list"; fi
  done
  apt_get -o APT::Update::Error-Mode=any update -q >/dev/null
  touch apt/ready
}
apt_get() {
  apt-get -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/parts" \
    -o "Dir::State::Lists=$PWD/apt/lists" -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root "$@"
}

grep -v '^#' "$here/sources.txt" | while read -r package version file sum; do
  [ -d "$package" ] && continue
  prepare_apt
  apt_get source -q --download-only --only-source "$package=$version" >/dev/null
  echo "$sum  $file" | sha256sum --check --quiet ||
    { echo "sources: $file is not what packaging/sources.txt names" >&2; exit 1; }
  rm -rf "$package.new"
  mkdir "$package.new"
  tar -xf "$file" -C "$package.new" --strip-components=1
  mv "$package.new" "$package"
done
