#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# chroot.sh SUITE: builds the commit of HEAD in a fresh minimal Debian of that suite (bookworm, trixie), as its README
# says, and runs it. Prints the packages that building installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
suite="$1"
root="build/chroots/$suite"
command -v debootstrap >/dev/null || { echo "chroot: install debootstrap, and run this as root" >&2; exit 1; }
rm -rf "$root"
mkdir -p "$root"
debootstrap --variant=minbase --include=ca-certificates,make "$suite" "$root" >/dev/null
git clone -q . "$root/src"
before=$(chroot "$root" dpkg-query -W -f '${Package}\n' | sort)
chroot "$root" make -C /src demo
after=$(chroot "$root" dpkg-query -W -f '${Package}\n' | sort)
installed=$(comm -13 <(echo "$before") <(echo "$after"))
echo "$suite: built with $(wc -l <<<"$installed") packages:"
paste -sd ' ' <<<"$installed" | fold -s -w 118
