# SPDX-License-Identifier: GPL-2.0-only
# usage: fuzz SEED CALLS all|stay
# Random calls on all CPUs, beside work whose memory and disk must keep their content. With "all"
# the firmware is our EL3 monitor, told to deny what would end or stop the machine.

# The test outside dumps memory while the machine waits here for a line.
pause()
{
	local line

	say "pause $1"
	read -r line < /dev/console
}

monitor()
{
	"$hosttest" call smc 0 0xc200ff00 "$@"
}

# Calls that reached the monitor, by its own count; each "FID made denied bad".
monitor_counts()
{
	local fid

	for fid in 80000000 80000001 80000002 80003fff 80007fff 80008000 84000000 84000001 \
		84000002 84000003 84000004 84000006 84000007 84000008 84000009 8400000a 8400000c \
		8400000d 8400000e 8400000f 84000010 84000011 84000012 84000013 84000014 84000015 \
		84000050 84000051 84000052 84000053; do
		echo "0x$fid $(monitor 1 "0x$fid" | sed -n 's/^x[123] //p' | tr '\n' ' ')"
	done
}

for node in /proc/device-tree/reserved-memory/pkvm-el2@*; do
	echo "${node##*@} $(xxd -p -c 8 "$node/reg" | tr '\n' ' ')"
done > /out/regions

step info_before "$hosttest" info
if [ "$3" = all ]; then
	step deny monitor 4 1 0x6d6f6e69746f7221
fi
pause before
"$hosttest" work 16 20 > /out/work 2>&1 &
work=$!
step fuzz "$hosttest" fuzz "$1" "$2" "$3"
wait "$work"
echo $? > /out/work.rc
pause after
if [ "$3" = all ]; then
	step totals monitor 2
	step counts monitor_counts
	step allow monitor 4 0 0x6d6f6e69746f7221
fi

step disk "$hosttest" disk "$(disk scratch)" 4194304 0x99
step timers "$hosttest" timers
step info "$hosttest" info
step el2log "$hosttest" log
step kmsg "$hosttest" kmsg
