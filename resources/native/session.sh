#!/bin/sh
# What runs in a native terminal on Linux and macOS: ssh, and after it the reason for its end. All it needs lies in its
# own folder, which the app made for this one launch: `ssh` (where the client is), `config`, `reason` (empty until the
# app writes why). It leaves `ssh.pid` and `status` there. Nothing in it is secret, and nothing is taken from arguments.
folder=${0%/*}
IFS= read -r ssh <"$folder/ssh" || exit 1
# Held open: the app writes the reason as it ends, and then takes the folder away.
exec 3<"$folder/reason" || exit 1
# Ctrl-C before the session is there ends ssh, not this script. A handler, not '': ssh would inherit that.
trap : INT QUIT

# Targets rarely know the terminals that have names of their own.
case ${TERM:-} in
'' | dumb | *kitty* | *ghostty* | alacritty* | foot* | wezterm* | rxvt* | st-*) TERM=xterm-256color && export TERM ;;
esac

# What ssh says goes through here, because it words the end of a connection as a fault of "127.0.0.1".
mkfifo -m 600 "$folder/says" || exit 1
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
  'Connection to '*' closed'* | 'Connection closed by '* | 'Connection reset by '* | 'client_loop: '*) ;;
  'Read from remote host '* | 'Timeout, server '* | 'kex_exchange_identification: '* | 'Broken pipe'*) ;;
  *) printf '%s\n' "$line" ;;
  esac
done <"$folder/says" 3<&- &

/bin/sh -c 'echo $$ >"$0/ssh.pid" && exec "$1" -F "$0/config" sallyport' "$folder" "$ssh" 2>"$folder/says" 3<&-
status=$?
{ echo "$status" >"$folder/status"; } 2>/dev/null
wait

# Whoever leaves the shell wants no reason: ssh's own 255, or our kill, tells a fault from that. It may come a little late.
[ "$status" -eq 255 ] || [ "$status" -eq 137 ] || exit 0
reason=
tries=0
until IFS= read -r reason <&3; do
  tries=$((tries + 1))
  [ "$tries" -le 20 ] || break
  sleep 0.1
done
[ -n "$reason" ] || reason='The connection was lost, or could not be made. Connect again in Sallyport.'

# The program that was cut may have left raw mode, another screen, a scroll region, mouse reports or colours behind.
stty sane 2>/dev/null
printf '\033[?1047l\033''7\033[r\033''8\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?1004l\033[?2004l'
printf '\033[?1l\033>\033[?25h\033[0m\r\n\033[K%s\r\n\033[KPress any key to close.' "$reason"

# What was being typed when it ended is not that key.
stty -icanon -echo min 0 time 0 2>/dev/null
sleep 1
dd bs=4096 count=1 >/dev/null 2>&1
stty min 1 2>/dev/null
dd bs=1 count=1 >/dev/null 2>&1
exit 0
