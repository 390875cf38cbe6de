# SPDX-License-Identifier: GPL-2.0-only
# Every CPU goes and comes back, again and again, CPU 0 too, while the machine works.
. /test/power.sh

AFFINITY_INFO=0xc4000004
CPU_ON=0xc4000003
ALREADY_ON=0xfffffffffffffffc

# psci_is CPU STATE: what the firmware says of a CPU, 0 on, 1 off
psci_is()
{
	local got

	got=$($hosttest call smc 0 $AFFINITY_INFO "$(affinity "$1")" 0 | sed -n 's/^x0 //p')
	[ "$got" = "$2" ] || { echo "FAIL cpu$1: AFFINITY_INFO is $got, not $2"; return 1; }
}

# EL2 knows that a CPU is on: it answers ALREADY_ON itself, to an entry point that would do.
el2_says_on()
{
	local got entry=0x60000000

	got=$($hosttest call smc 0 $CPU_ON "$(affinity "$1")" $entry 0 | sed -n 's/^x0 //p')
	[ "$got" = $ALREADY_ON ] || { echo "FAIL cpu$1: CPU_ON gives $got"; return 1; }
}

cycle()
{
	echo 0 > $cpu_dir/cpu$1/online || { echo "FAIL cpu$1 does not go off"; return 1; }
	[ "$(cat $cpu_dir/cpu$1/online)" = 0 ] || { echo "FAIL cpu$1 is not off"; return 1; }
	psci_is "$1" 0x1 || return 1
	echo 1 > $cpu_dir/cpu$1/online || { echo "FAIL cpu$1 does not come on"; return 1; }
	[ "$(cat $cpu_dir/cpu$1/online)" = 1 ] || { echo "FAIL cpu$1 is not on"; return 1; }
	psci_is "$1" 0x0 && el2_says_on "$1"
}

rounds()
{
	local round=1 cpu

	while [ $round -le "$1" ]; do
		for cpu in $(all_cpus); do
			cycle "$cpu" || return 1
		done
		echo "round $round"
		round=$((round + 1))
	done
}

# One CPU is left, each in turn; then all come back.
alone()
{
	local left cpu

	for left in $(all_cpus); do
		for cpu in $(all_cpus); do
			[ "$cpu" = "$left" ] || echo 0 > $cpu_dir/cpu$cpu/online || return 1
		done
		[ "$(cat $cpu_dir/online)" = "$left" ] || { echo "FAIL not alone"; return 1; }
		for cpu in $(all_cpus); do
			[ "$cpu" = "$left" ] || echo 1 > $cpu_dir/cpu$cpu/online || return 1
		done
		echo "alone $left"
	done
}

# Interrupts and requests to go astray, if they can, while CPUs go.
load()
{
	local count=0

	while $hosttest disk "$(disk scratch)" 262144 $count; do
		count=$((count + 1))
		sleep 0.2
	done
	return 1
}

step info-before $hosttest info
cp $cpu_dir/online /out/online-before
load > /out/load 2>&1 &
load=$!
step rounds rounds 10
step alone alone
kill $load
wait $load
echo $? > /out/load.rc		# 143: it ran until it was told to end
cp $cpu_dir/online /out/online-after
works ""
