#!/usr/bin/env bash
# What the browser tests need beside Python: Chromium, a Japanese font, and axe-core by npm.
# As root, installs from Debian what is missing; others are told what to install.
# With everything there it leaves a stamp, so that make does not ask again.
set -euo pipefail
cd "$(dirname "$0")/../.."

AXE=4.14.1
AXE_SHA512=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
AXE_FOLDER=.venv/share/axe-core

missing() {
    command -v chromium >/dev/null || echo chromium
    fc-list 2>/dev/null | grep -q 'Noto Sans CJK JP' || echo fonts-noto-cjk
    command -v npm >/dev/null || echo npm
}

install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends fontconfig "$@" >/dev/null
}

install_axe() {
    head -c 200 "$AXE_FOLDER/axe.min.js" 2>/dev/null | grep -qF "axe v$AXE" && return
    SCRATCH=$(mktemp -d)
    trap 'rm -rf "$SCRATCH"' EXIT
    npm pack --silent --pack-destination "$SCRATCH" "axe-core@$AXE" >/dev/null
    echo "$AXE_SHA512  $SCRATCH/axe-core-$AXE.tgz" | sha512sum --check --quiet
    mkdir -p "$AXE_FOLDER"
    tar -xzf "$SCRATCH/axe-core-$AXE.tgz" --strip-components=1 -C "$AXE_FOLDER" \
        package/LICENSE package/axe.min.js
}

mapfile -t PACKAGES < <(missing)
if [ ${#PACKAGES[@]} -gt 0 ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "browser tests are skipped until these are installed: ${PACKAGES[*]}" >&2
        exit 0
    fi
    install_packages "${PACKAGES[@]}"
fi
install_axe
touch .venv/.installed-browser
