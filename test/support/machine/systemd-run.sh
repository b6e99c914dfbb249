#!/bin/bash
# systemd-run --pipe --wait, run as it says, but for the sandbox.
set -euo pipefail
user='' group='' folder=/ settings=()
while [[ ${1:-} == --* ]]; do
  case $1 in
    --uid=*) user=${1#*=} ;;
    --gid=*) group=${1#*=} ;;
    --working-directory=*) folder=${1#*=} ;;
    --property=EnvironmentFile=*) mapfile -t settings < <(grep -v '^#' "${1#--property=EnvironmentFile=}") ;;
    --pipe | --wait | --quiet | --collect | --service-type=* | --property=*) ;;
    *) echo "systemd-run: unknown option $1" >&2 && exit 1 ;;
  esac
  shift
done
cd "$folder"
exec setpriv --reuid="$user" --regid="$group" --init-groups --no-new-privs env -i PATH=/usr/bin:/bin "${settings[@]}" "$@"
