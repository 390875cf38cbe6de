# SPDX-License-Identifier: GPL-2.0-only
# Idle CPUs power down, in a state that loses all that they hold, and come back by an interrupt.
. /test/power.sh

CPU_SUSPEND=0xc4000001

usage()
{
	local cpu

	for cpu in $(all_cpus); do
		cat "$cpu_dir/cpu$cpu/cpuidle/state1/usage"
	done
}

rest()
{
	local count=0

	usage > /tmp/before
	while [ $count -lt 40 ]; do
		sleep 0.1
		count=$((count + 1))
	done
	usage > /tmp/after
	paste /tmp/before /tmp/after | while read -r before after; do
		echo "entries $((after - before))"
		[ $((after - before)) -ge 5 ] || { echo "FAIL a CPU hardly slept"; return 1; }
	done
}

cat $cpu_dir/cpuidle/current_driver > /out/driver
cat $cpu_dir/cpu0/cpuidle/state1/name > /out/state
step info-before $hosttest info
step calls-before monitor_count $CPU_SUSPEND
step rest rest
step calls-after monitor_count $CPU_SUSPEND
works ""
