#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# release.sh PROGRAM FOLDER: what a release has, of the static program: an archive, a wheel, a Debian package, an image,
# licences, an SBOM and checksums. The same bytes from the same commit.
set -eu
program=$(realpath "$1")
kept=$(mktemp)
cp "$program" "$kept"
rm -rf "$2"
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."
version=$(packaging/version.sh)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

install -m 755 "$kept" "$out/cnplint"
rm -f "$kept"
program=$out/cnplint
cp LICENSE "$out/LICENSE"
packaging/components.py notice "$version" >"$out/NOTICE"
packaging/components.py sbom "$version" "$program" >"$out/cnplint-$version.cdx.json"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
packaging/stage.sh "$program" "$stage/cnplint-$version"
cp "$out/LICENSE" "$out/NOTICE" "$stage/cnplint-$version/"
tar --sort=name --owner=0 --group=0 --numeric-owner "--mtime=@$SOURCE_DATE_EPOCH" -C "$stage" -cf - "cnplint-$version" |
  gzip -9n >"$out/cnplint-$version-linux-amd64.tar.gz"

packaging/pack_wheel.py "$program" "$version" "$out/NOTICE" "$out" >/dev/null
packaging/deb.sh "$program" "$version" "$out/NOTICE" "$out" >/dev/null
if command -v umoci >/dev/null && command -v skopeo >/dev/null; then
  packaging/image.sh "$program" "$version" "$out/NOTICE" "$out" >/dev/null
else
  echo "release: no image: umoci and skopeo are not installed" >&2
fi
(cd "$out" && sha256sum LICENSE NOTICE cnplint* >SHA256SUMS)
ls -l "$out"
