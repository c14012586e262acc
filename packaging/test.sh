#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test.sh DIST [STEP...]: what `make release` made, installed as people install it. Steps: program, chroots (root,
# debootstrap), busybox, wheel, hooks, recipes, image, package, sbom, install, completions. What a machine lacks is skipped, and said.
set -euo pipefail
dist=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
repository=$PWD
version=$(packaging/version.sh)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
skipped=0

say() { echo "release: $*"; }
die() { say "FAILED: $*" >&2; exit 1; }
needs() { # $1: a program; skips the step without it
  command -v "$1" >/dev/null && return
  say "skipped: $1 is not installed"
  skipped=1
  return 1
}
# What the program says of the shop, wherever it runs: $1 is how it is started, the rest its arguments.
expect_shop() {
  local shown
  shown=$("$@" lint --isolated examples/shop) || die "$*: lint"
  [[ $shown == "0 errors, 0 warnings, 0 notes in 6 policies"* ]] || die "$*: $shown"
  "$@" test examples/shop >/dev/null || die "$*: test"
  shown=$("$@" cover --flows examples/shop/flows.jsonl examples/shop | tail -n 1)
  [[ $shown == "policy coverage: 95.3% of flows"* ]] || die "$*: $shown"
}

step_program() {
  local program=$dist/cnplint size
  expect_shop "$program"
  size=$(stat -c %s "$program")
  ((size <= 8000000)) || die "the program has $size bytes"
  grep -q 'static-pie linked.*stripped' <<<"$(file "$program")" || die "$(file "$program")"
  grep -q GNU_RELRO <<<"$(readelf -lW "$program")" || die "no RELRO"
  grep -q NOW <<<"$(readelf -dW "$program")" || die "no BIND_NOW"
  grep -q 'GNU_STACK.* RW ' <<<"$(readelf -lW "$program")" || die "an executable stack"
  if grep -aqF "$repository" "$program"; then die "a path of this machine is in it"; fi
  grep -q "^cnplint $version (commit [0-9a-f]*, 20" <<<"$("$program" --version)" || die "$("$program" --version)"
  say "program: $size bytes, static-pie, RELRO, BIND_NOW, no path"
}

# A minimal Debian, made once.
debian() { # $1: the suite
  local root=$repository/build/chroots/minimal-$1
  if [[ ! -e $root/ready ]]; then
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase "$1" "$root" >/dev/null
    touch "$root/ready"
  fi
  echo "$root"
}

step_chroots() {
  needs debootstrap || return 0
  [[ $(id -u) == 0 ]] || { say "skipped: chroots need root"; skipped=1; return; }
  local suite root
  for suite in bookworm trixie; do
    root=$(debian "$suite")
    cp "$dist/cnplint_${version}_amd64.deb" "$root/tmp/"
    rm -rf "$root/examples" && mkdir "$root/examples" && cp -r examples/shop "$root/examples/"
    chroot "$root" dpkg -i "/tmp/cnplint_${version}_amd64.deb" >/dev/null 2>&1 || die "$suite: dpkg -i"
    expect_shop chroot "$root" cnplint
    chroot "$root" dpkg -V cnplint | grep -v '/usr/share/doc\|/usr/share/man' | grep . && die "$suite: dpkg -V"
    chroot "$root" dpkg -r cnplint >/dev/null 2>&1
    say "chroot: Debian $suite ($(cat "$root/etc/debian_version")): the package is installed, runs, and goes"
  done
}

step_busybox() {
  needs busybox || return 0
  [[ $(id -u) == 0 ]] || { say "skipped: chroots need root"; skipped=1; return; }
  local root=$scratch/busybox
  mkdir -p "$root/bin" "$root/examples" "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  ldd "$root/bin/busybox" >/dev/null 2>&1 && { say "skipped: busybox is not the static one (busybox-static)"; skipped=1; return; }
  cp "$dist/cnplint" "$root/bin/"
  cp -r examples/shop "$root/examples/"
  expect_shop chroot "$root" /bin/cnplint
  say "chroot: nothing but busybox and the program: runs"
}

step_wheel() {
  needs python3 || return 0
  /usr/bin/python3 -m venv "$scratch/venv" 2>/dev/null || { say "skipped: python3-venv is not installed"; skipped=1; return; }
  "$scratch/venv/bin/pip" install -q --no-index --find-links "$dist" cnplint || die "pip install"
  expect_shop "$scratch/venv/bin/cnplint"
  grep -q "^Version: $version" <<<"$("$scratch/venv/bin/pip" show cnplint)" || die "pip show"
  grep -q ELF <<<"$(file "$scratch/venv/bin/cnplint")" || die "the program of the wheel is a script"
  "$scratch/venv/bin/pip" uninstall -q -y cnplint
  [[ ! -e $scratch/venv/bin/cnplint ]] || die "pip uninstall"
  say "wheel: pip installs, shows and takes it away; it runs"
}

step_recipes() {
  PATH=$PATH:$repository/build/tools/bin precommit/recipes_test.sh "$dist/cnplint" || die "recipes"
}

# precommit/mirror under the real pre-commit: the hook installs the program by itself.
step_hooks() {
  needs pre-commit || return 0
  local mirror=$scratch/mirror work=$scratch/work
  export HOME=$scratch PRE_COMMIT_HOME=$scratch/cache GIT_CONFIG_GLOBAL=$scratch/gitconfig PIP_FIND_LINKS=$dist
  export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
  cp -r precommit/mirror "$mirror"
  git -C "$mirror" init -q && git -C "$mirror" add -A && git -C "$mirror" commit -qm mirror
  mkdir "$work" && cd "$work" && git init -q
  printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: cnplint\n  - id: cnplint-diff\n' "$mirror" "$(git -C "$mirror" rev-parse HEAD)" >.pre-commit-config.yaml
  pre-commit install >/dev/null
  policy() { printf 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  endpointSelector: {matchLabels: {app: a}}\n  ingress: %s\n' "$1"; }
  policy '[]' >a.yaml && git add -A
  if PATH=$(echo "$PATH" | tr ':' '\n' | grep -v build | paste -sd:) git commit -qm bad >"$scratch/out" 2>&1; then die "a bad policy was committed"; fi
  grep -q 'a.yaml:6:3: error:' "$scratch/out" || { cat "$scratch/out"; die "the hook does not say why"; }
  policy '[{fromEndpoints: [{matchLabels: {app: b}}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]' >a.yaml && git add -A
  git commit -qm good >"$scratch/out" 2>&1 || { cat "$scratch/out"; die "a good policy is stopped"; }
  sed -i 's/"80"/"81"/' a.yaml && git add -A
  git commit -qm change >"$scratch/out" 2>&1 || { cat "$scratch/out"; die "a change is stopped"; }
  grep -q 'opens ingress of shop/app=a from shop/app=b on 81/TCP' "$scratch/out" || { cat "$scratch/out"; die "the diff hook says nothing"; }
  cd "$repository"
  say "hooks: the mirror under $(pre-commit --version): installs the wheel, stops a bad policy, tells a change"
}

step_image() {
  needs umoci || return 0
  needs skopeo || return 0
  local archive=$dist/cnplint-$version-image.tar root=$scratch/image/root/rootfs config
  config=$(skopeo inspect --config "docker-archive:$archive")
  grep -q '"Entrypoint":\["/usr/bin/cnplint"\]' <<<"${config//[[:space:]]/}" || die "image: $config"
  mkdir "$scratch/image"
  skopeo copy -q --insecure-policy "docker-archive:$archive" "oci:$scratch/image/oci:$version"
  umoci --log error unpack --rootless --image "$scratch/image/oci:$version" "$scratch/image/root"
  [[ -s $root/etc/ssl/certs/ca-certificates.crt ]] || die "image: no CA certificates"
  [[ $(find "$root" -type f | wc -l) == 4 ]] || die "image: $(find "$root" -type f)"
  if [[ $(id -u) == 0 ]]; then
    mkdir -p "$root/examples" && cp -r examples/shop "$root/examples/"
    expect_shop chroot "$root" /usr/bin/cnplint
  fi
  say "image: program, certificates, two licences; skopeo reads it; the program runs in it"
}

step_package() {
  needs lintian || return 0
  lintian --allow-root --fail-on error,warning "$dist/cnplint_${version}_amd64.deb" || die "lintian"
  say "package: lintian has nothing to say but overrides with a reason"
}

step_sbom() {
  python3 -m venv "$scratch/sbom" 2>/dev/null && "$scratch/sbom/bin/pip" install -q 'cyclonedx-python-lib[json-validation]==8.5.0' 2>/dev/null ||
    { say "skipped: no validator of CycloneDX"; skipped=1; return; }
  "$scratch/sbom/bin/python" - "$dist/cnplint-$version.cdx.json" <<'PYTHON' || die "sbom"
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())
sys.exit(str(error) if error else 0)
PYTHON
  (cd "$dist" && sha256sum --check --quiet SHA256SUMS) || die "checksums"
  say "sbom: CycloneDX 1.5, valid; checksums hold"
}

# make install: into a folder that has other things, which stay as they are.
step_install() {
  local root="$scratch/a folder/usr/local"
  mkdir -p "$root/share/keys" "$root/lib"
  printf x >"$root/share/keys/k" && chmod 600 "$root/share/keys/k" && chmod 700 "$root/share/keys" && chmod 2775 "$root/share"
  packaging/stage.sh "$dist/cnplint" "$root"
  [[ $(stat -c %a "$root/share/keys/k" "$root/share/keys" "$root/share" | paste -sd' ') == "600 700 2775" ]] || die "install: modes of others"
  expect_shop "$root/bin/cnplint"
  [[ -s $root/share/zsh/site-functions/_cnplint && -s $root/share/man/man1/cnplint-diff.1.gz ]] || die "install: files"
  say "install: into a folder with other things, which stay"
}

step_completions() {
  local shell
  for shell in bash zsh fish; do
    needs "$shell" || continue
    "$dist/cnplint" completion "$shell" >"$scratch/completion.$shell"
    "$shell" -n "$scratch/completion.$shell" || die "completion: $shell"
    say "completions: $shell reads its script"
  done
}

for step in "${@:-program chroots busybox wheel hooks recipes image package sbom install completions}"; do
  for each in $step; do "step_$each"; done
done
if ((skipped)); then say "some steps were skipped, see above"; else say "all steps passed"; fi
