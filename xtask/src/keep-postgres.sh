# Keeps one private PostgreSQL for as long as standard input stays open, then stops it and deletes its folder.
# Whatever ends the program on the other side of that pipe (success, failure, Ctrl-C, SIGKILL) closes it, so no server
# is left behind. $1: folder of the server's programs, $2: port. First line of input: the password.
set -eu
umask 077
bin=$1
port=$2
folder=$(mktemp -d -t counterfoil-postgres.XXXXXX)

clean_up() {
    "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

fail() {
    cat "$folder/log" >&2
    exit 1
}

IFS= read -r password
printf '%s\n' "$password" >"$folder/password"
"$bin/initdb" --pgdata="$folder/data" --username=counterfoil --pwfile="$folder/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || fail
rm "$folder/password"
# nextest runs every test in its own process, each with its own pool: the usual 100 connections are soon used up.
"$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait \
    --options="-h 127.0.0.1 -p $port -c unix_socket_directories='' -c max_connections=300" start >/dev/null || fail
echo ready 2>/dev/null
cat >/dev/null
