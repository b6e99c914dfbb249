#!/bin/bash
# As much of systemctl as the pages ask for: one unit, run as its file says, but for the sandbox.
set -euo pipefail
unit=/etc/systemd/system/nocturne.service
pid_file=/run/nocturne.pid
value() { sed -n "s/^$1=//p" "$unit" | tail -n 1; }

start() {
  local user folder
  user=$(value User)
  folder=$(value WorkingDirectory)
  install -d -o "$user" -g "$(value Group)" -m "$(value StateDirectoryMode)" "/var/lib/$(value StateDirectory)"
  mapfile -t settings < <(grep -v '^#' "$(value EnvironmentFile)")
  read -ra command <<<"$(value ExecStart)"
  (
    cd "$folder"
    umask "$(value UMask)"
    exec setpriv --reuid="$user" --regid="$(value Group)" --init-groups --no-new-privs --bounding-set=-all \
      env -i PATH=/usr/bin:/bin "${settings[@]}" "${command[@]}"
  ) </dev/null >>"$MACHINE_WORK/service.log" 2>&1 &
  echo $! >"$pid_file"
}

stop() {
  [ -f "$pid_file" ] || return 0
  local pid
  pid=$(cat "$pid_file")
  kill -TERM "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -f "$pid_file"
}

case "$*" in
  daemon-reload) test -f "$unit" ;;
  'enable --now nocturne' | 'start nocturne') start ;;
  'restart nocturne') stop && start ;;
  'stop nocturne') stop ;;
  *) echo "systemctl: \"$*\" is nothing that the pages ask for" >&2 && exit 1 ;;
esac
