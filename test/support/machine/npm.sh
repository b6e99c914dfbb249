#!/bin/bash
# npm, whose `ci` takes the packages that are installed already; everything else is npm's own.
set -euo pipefail
if [ "${1:-}" = ci ]; then
  rm -rf node_modules
  # /opt is another mount than the checkout, and links do not reach over one; the folder behind it is the same.
  place=$PWD
  [[ $place != /opt/* ]] || place=$MACHINE_WORK$place
  cp -al "$MACHINE_REPO/node_modules" "$place/node_modules" 2>/dev/null || {
    rm -rf node_modules
    cp -a "$MACHINE_REPO/node_modules" node_modules
  }
  # What a build wrote there is another folder's.
  rm -rf node_modules/.vite node_modules/.cache
  exit 0
fi
exec "$MACHINE_NPM" "$@"
