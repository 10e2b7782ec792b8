#!/bin/sh
# Run by dpkg (remove, purge, upgrade, …), rpm (0: the last version goes; 1: an upgrade) and pacman (the old version).
# At an upgrade nothing is to be done: the new version's files are there already.
set -e

case "$1" in
  # pacman gives the version that was removed, and runs this only then.
  remove | purge | 0 | *.*) ;;
  *) exit 0 ;;
esac

if command -v update-desktop-database >/dev/null 2>&1; then
  update-desktop-database -q /usr/share/applications || true
fi

if [ "$1" = purge ]; then
  # The organisation's settings are this package's configuration; the backend may have files of its own beside them.
  rm -f /etc/sallyport/policy.json
  rmdir --ignore-fail-on-non-empty /etc/sallyport 2>/dev/null || true
fi

exit 0
