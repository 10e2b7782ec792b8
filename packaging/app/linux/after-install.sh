#!/bin/sh
# Run by dpkg, rpm and pacman after the files are in place, at the first install and at each upgrade.
set -e

sandbox=/opt/Sallyport/chrome-sandbox
# Chromium's own sandbox helper, for systems where ordinary users may not make user namespaces. An administrator's
# dpkg-statoverride has been obeyed by dpkg already and is left alone.
if [ -f "$sandbox" ]; then
  if ! command -v dpkg-statoverride >/dev/null 2>&1 || ! dpkg-statoverride --list "$sandbox" >/dev/null 2>&1; then
    chown root:root "$sandbox"
    chmod 4755 "$sandbox"
  fi
fi

# sallyport:// links are opened by us as soon as the desktop has read our .desktop file.
if command -v update-desktop-database >/dev/null 2>&1; then
  update-desktop-database -q /usr/share/applications || true
fi

exit 0
