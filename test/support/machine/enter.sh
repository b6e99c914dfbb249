#!/bin/bash
# A machine of its own for the commands of a page, made of this one: private mounts, network and processes, so that users,
# units, ports and folders that the page makes are gone with it. Run as root:  unshare -m -n -p -f --mount-proc enter.sh …
# usage: enter.sh WORK REPO PROGRAMS BLOCK…   WORK: an empty folder on the disk of REPO. PROGRAMS: PostgreSQL's.
set -euo pipefail
work=$1 repo=$2 programs=$3
shift 3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export MACHINE_WORK=$work MACHINE_REPO=$repo

mount --make-rprivate /
ip link set lo up
for folder in etc usr/local/bin var/lib home; do
  mkdir -p "$work/upper/$folder" "$work/scratch/$folder"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$work/upper/$folder,workdir=$work/scratch/$folder" "/$folder"
done
mkdir -p "$work/opt"
mount --bind "$work/opt" /opt
mount -t tmpfs tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
echo '127.0.0.1 localhost db.example nocturne.example' >/etc/hosts

# The stand-ins of what a machine has and this one has not: a service manager, and a registry that is near.
mkdir -p "$work/bin"
for name in systemctl systemd-run npm; do install -m 755 "$here/$name.sh" "$work/bin/$name"; done
real_npm=$(command -v npm)
export MACHINE_NPM=$real_npm PATH="$work/bin:$programs:$PATH"
chmod 755 "$work" "$work/bin" "$work/opt"

start_database() {
  id postgres >/dev/null 2>&1 || useradd --system postgres
  install -d -o postgres -m 755 /run/postgresql "$work/pg"
  ln -sfn /run /var/run 2>/dev/null || true
  runuser -u postgres -- initdb -D "$work/pg/data" --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C >/dev/null
  runuser -u postgres -- pg_ctl -D "$work/pg/data" -w -l "$work/pg/log" \
    -o '-c listen_addresses=127.0.0.1 -c unix_socket_directories=/run/postgresql' start >/dev/null
}

# The files of the program as they are checked out, in a folder of that version.
put_program() {
  mkdir -p "/opt/nocturne/$1"
  git -c safe.directory='*' -C "$repo" ls-files -z | tar -C "$repo" --null -T - -cf - | tar -C "/opt/nocturne/$1" -xf -
}

# A person of this machine, with the program's files in `nocturne` of the home folder.
put_person() {
  useradd --create-home --home-dir "/opt/$1" --shell /bin/bash "$1"
  mkdir "/opt/$1/nocturne"
  git -c safe.directory='*' -C "$repo" ls-files -z | tar -C "$repo" --null -T - -cf - | tar -C "/opt/$1/nocturne" -xf -
  chown -R "$1:" "/opt/$1"
}

run_block() {
  local status=0
  echo "== ${*: -1}"
  "${@:1:$#-1}" sh -euc "$(cat "${*: -1}")" 2>&1 || status=$?
  printf '\n== exit %s\n' "$status"
  [ "$status" -eq 0 ] || {
    tail -n 40 "$work/service.log" 2>/dev/null || true
    exit 1
  }
}

# No registry can be reached from here: npm must not wait for one.
export PGHOST=/run/postgresql
cd "$work"
for block in "$@"; do
  case $block in
    database) start_database ;;
    program:*) put_program "${block#program:}" ;;
    person:*) put_person "${block#person:}" ;;
    as:*)
      person=$(cut -d: -f2 <<<"$block")
      cd "/opt/$person/nocturne"
      run_block runuser -u "$person" -- env -i npm_config_offline=true npm_config_audit=false HOME="/opt/$person" PATH="$PATH" MACHINE_WORK="$work" \
        MACHINE_REPO="$repo" MACHINE_NPM="$MACHINE_NPM" "$(cut -d: -f3- <<<"$block")"
      cd "$work"
      ;;
    *) run_block env "$block" ;;
  esac
done
systemctl stop nocturne
