# SPDX-License-Identifier: GPL-2.0-only
# usage: reset HOW: ends this boot as HOW says; the boot after a reset looks around and powers off.
. /test/power.sh

if [ -n "$(tar -tf "$(disk results)" 2> /dev/null)" ]; then
	earlier_results
	works -after
else
	works -before
	save_results
	case $1 in
	reboot)		reboot -f ;;
	panic)		echo c > /proc/sysrq-trigger ;;
	poweroff)	poweroff -f ;;
	esac
	# Not reached: these do not return.
	sleep 60
	echo "still here" > /out/still-here
fi
