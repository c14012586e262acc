#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# image.sh PROGRAM VERSION NOTICE FOLDER: an OCI image of nothing but the static program, its licences and CA
# certificates, as FOLDER/cnplint-VERSION-image.tar: `skopeo copy oci-archive:...`, `podman load`, `docker load`.
# Needs umoci and skopeo, and no daemon.
set -eu
program=$1 version=$2 notice=$3 out=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
when=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%dT%H:%M:%SZ)

root="$work/root"
install -D -m 755 "$program" "$root/usr/bin/cnplint"
install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
install -D -m 644 "$(dirname "$0")/../LICENSE" "$root/usr/share/doc/cnplint/LICENSE"
install -D -m 644 "$notice" "$root/usr/share/doc/cnplint/NOTICE"
install -d -m 1777 "$root/tmp"
find "$root" -exec touch -h -d "$when" {} +

umoci --log error init --layout "$work/image"
umoci --log error new --image "$work/image:$version"
umoci --log error insert --rootless --image "$work/image:$version" --history.created "$when" "$root" /
umoci --log error config --image "$work/image:$version" --history.created "$when" --created "$when" --architecture amd64 \
  --os linux --config.entrypoint /usr/bin/cnplint --config.workingdir /src --config.user 65534:65534 \
  --config.label org.opencontainers.image.title=cnplint --config.label "org.opencontainers.image.version=$version" \
  --config.label org.opencontainers.image.licenses=Apache-2.0
umoci --log error gc --layout "$work/image"
skopeo copy --quiet --insecure-policy "oci:$work/image:$version" "docker-archive:$out/cnplint-$version-image.tar:cnplint:$version"
echo "$out/cnplint-$version-image.tar"
