#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deb.sh PROGRAM VERSION NOTICE FOLDER: the Debian package of the static program, for Debian 12, 13 and Ubuntu.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1 version=$2 notice=$3 out=$4
# Who publishes a release says so as Debian's tools have it.
maintainer="${DEBFULLNAME:-the cnplint authors} <${DEBEMAIL:-maintainers@cnplint.invalid}>"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

"$here/stage.sh" "$program" "$root/usr"
doc="$root/usr/share/doc/cnplint"
date=$(date -u -R -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")
{
  printf 'cnplint (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n' "$version"
  printf ' -- %s  %s\n' "$maintainer" "$date"
} | gzip -9n >"$doc/changelog.gz"
{
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: cnplint\n\n'
  printf 'Files: *\nCopyright: 2026 the cnplint authors\nLicense: Apache-2.0\n'
  printf ' The full text is in /usr/share/common-licenses/Apache-2.0.\n'
} >"$doc/copyright"
gzip -9nc "$notice" >"$doc/NOTICE.gz"
install -D -m 644 "$here/lintian-overrides" "$root/usr/share/lintian/overrides/cnplint"
find "$doc" -type f -exec chmod 644 {} +

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: cnplint
Version: $version
Architecture: amd64
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$root/usr" | cut -f1)
Recommends: git
Section: utils
Priority: optional
Description: linter and test harness for Cilium network policies
 Finds what is wrong in CiliumNetworkPolicy and its kin before it is merged,
 decides connections as Cilium does, measures policies against Hubble's
 captures, and writes policies from these.
 .
 It needs no cluster and no network, and is one static program.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/cnplint_${version}_amd64.deb" >/dev/null
echo "$out/cnplint_${version}_amd64.deb"
