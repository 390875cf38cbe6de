# SPDX-License-Identifier: GPL-2.0-only
# usage: crash WAY...: makes EL2 panic, in one way each boot; after the last the machine powers off.
. /test/power.sh

CRASH=0xc6000180

earlier_results 2> /dev/null
count=$(cat /out/boots 2> /dev/null || echo 0)
echo $((count + 1)) > /out/boots
step "info-$count" $hosttest info
shift $count
if [ $# -gt 0 ]; then
	save_results
	sync
	say "crash $1"
	# The terminal writes by interrupts; EL2's text must not come into the middle of this line.
	sleep 1
	$hosttest call hvc 0 $CRASH "$1" > "/out/came-back-$1"
	say "EL2 did not panic"
fi
