# SPDX-License-Identifier: GPL-2.0-only
# usage: sleep STATE ROUNDS: suspends, woken by the RTC's alarm.
. /test/power.sh

rtc=/sys/class/rtc/rtc0
state=$1
rounds=$2

# What the kernel counts as a whole way down and up.
successes()
{
	cat /sys/power/suspend_stats/success
}

# one SECONDS: the RTC goes on while the machine sleeps, so that it tells how long that was.
one()
{
	local before after

	echo 0 > $rtc/wakealarm
	echo "+$1" > $rtc/wakealarm || return 1
	before=$(cat $rtc/since_epoch)
	if ! echo "$state" > /sys/power/state; then
		# On a slow machine the alarm rings before it sleeps, and that is busy.
		[ "$1" -lt 60 ] || return 1
		one $(($1 * 4))
		return
	fi
	after=$(cat $rtc/since_epoch)
	echo "slept $((after - before))"
	[ $((after - before)) -ge $(($1 - 1)) ] || { echo "FAIL it woke too early"; return 1; }
	[ "$(cat $cpu_dir/online)" = "$online" ] || { echo "FAIL CPUs are missing"; return 1; }
}

sleeps()
{
	local count=0

	while [ $count -lt "$rounds" ]; do
		one 3 || return 1
		count=$((count + 1))
		[ "$(successes)" = $count ] || { echo "FAIL $(successes) of $count succeeded"; return 1; }
	done
}

online=$(cat $cpu_dir/online)
cp /sys/power/mem_sleep /sys/power/state /out/
step info-before $hosttest info
step sleeps sleeps
works ""
[ "$state" != mem ] || step calls monitor_count 0xc400000e
