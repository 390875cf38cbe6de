# SPDX-License-Identifier: GPL-2.0-only
# usage: touch SEED
# Tries to reach every region that the host does not own, in every way.

# cells FILE: its 64-bit big-endian numbers, a line each
cells()
{
	xxd -p -c 8 "$1" | sed 's/^/0x/'
}

# own_regions: "NAME PA SIZE" for each part of EL2's memory
own_regions()
{
	local node

	for node in /proc/device-tree/reserved-memory/pkvm-el2@*; do
		echo "el2-${node##*@} $(cells "$node/reg" | tr '\n' ' ')"
	done
}

# denied_regions: the same for what only the secure world may use
denied_regions()
{
	local mark node

	for mark in $(find /proc/device-tree/ -name secure-status); do
		node=${mark%/*}
		[ "$(tr -d '\0' < "$node/status" 2>/dev/null)" = disabled ] || continue
		cells "$node/reg" > /tmp/reg
		while read -r pa && read -r size; do
			echo "deny-$(basename "$node" | tr '@' '-')-${pa#0x} $pa $size"
		done < /tmp/reg
	done
}

# Linux stays up through any number of oopses, and does not spend its time on printing them.
echo 0 > /proc/sys/kernel/oops_limit
echo 0 > /proc/sys/kernel/panic_on_oops
dmesg -n 1

own_regions > /out/regions
denied_regions >> /out/regions
while read -r name pa size; do
	attr=
	case $name in deny-*) attr=device ;; esac
	step "user.$name" "$hosttest" touch user "$pa" "$size" $attr
	step "nofault.$name" "$hosttest" touch nofault "$pa" "$size" $attr
	step "walk.$name" "$hosttest" touch walk "$pa" "$size"
	step "devmem.$name" "$hosttest" devmem "$pa" "$size"
	step "bare.$name" "$hosttest" touch bare "$pa" "$size" seed "$1" $attr
done < /out/regions

# The machine still works.
step timers "$hosttest" timers
step work "$hosttest" work 32 2
step disk "$hosttest" disk "$(disk scratch)" 4194304 0x77
step info "$hosttest" info
step el2log "$hosttest" log
