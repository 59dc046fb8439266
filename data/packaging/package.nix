# SPDX-License-Identifier: GPL-3.0-or-later
# Nix: nix-build -E '(import <nixpkgs> { }).callPackage ./package.nix { }'
{
  lib,
  stdenv,
  appstream,
  desktop-file-utils,
  gettext,
  glib,
  glib-networking,
  gnutls,
  gtk4,
  json-glib,
  libadwaita,
  libsoup_3,
  meson,
  ninja,
  pkg-config,
  python3,
  sqlite,
  systemd,
  wrapGAppsHook4,
}:

stdenv.mkDerivation {
  pname = "timesync";
  version = "1.0.0";
  src = lib.cleanSource ../..;

  nativeBuildInputs = [
    appstream
    desktop-file-utils
    gettext
    glib
    meson
    ninja
    pkg-config
    python3
    wrapGAppsHook4
  ];
  buildInputs = [
    glib
    glib-networking
    gnutls
    gtk4
    json-glib
    libadwaita
    libsoup_3
    sqlite
    systemd
  ];
  mesonFlags = [
    "-Dgui=enabled"
    "-Dmetrics=enabled"
    "-Dseals=enabled"
    "-Dsystemd=enabled"
  ];

  doCheck = true;
  mesonCheckFlags = [ "--setup=package" ];

  meta = {
    description = "See how far apart two clocks are";
    homepage = "https://timesync.org";
    license = lib.licenses.gpl3Plus;
    platforms = lib.platforms.linux;
    mainProgram = "timesync";
  };
}
