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

# What an administrator wrote into /etc/sallyport stays, after a purge too: without it, whoever installed the app again would
# run it unmanaged. The folder itself is the package manager's, which takes it away when it is empty.
exit 0
