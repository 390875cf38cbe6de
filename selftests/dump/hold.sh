# SPDX-License-Identifier: GPL-2.0-only
# Says where EL2's memory is, and stops twice at the console: before and after some work.

pause()
{
	local line

	say "pause $1"
	read -r line < /dev/console
}

for node in /proc/device-tree/reserved-memory/pkvm-el2@*; do
	say "held $(xxd -p -c 8 "$node/reg" | tr '\n' ' ')"
done
say "dice nodes: $(find /proc/device-tree -name '*dice*' | wc -l)"
step info "$hosttest" info
say "features $(sed -n 's/^features *//p' /out/info)"
pause before
step cost-hvc "$hosttest" cost hvc 0xc6000100 4096
step cost-smc "$hosttest" cost smc 0x84000000 4096
step log "$hosttest" log
step work "$hosttest" work 16 1
step info2 "$hosttest" info
pause after
