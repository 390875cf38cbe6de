#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What root does inside the demo's machine; tools/demo reads what it leaves.

# One line for each region that the tree reserves for EL2: address and size, in hexadecimal.
regions()
{
	local reg

	for reg in /proc/device-tree/reserved-memory/pkvm-el2*/reg; do
		hexdump -v -e '8/1 "%02x" "\n"' "$reg" | sed 's/^/0x/' | tr '\n' ' '
		echo
	done
}

step uname uname -a
step facts "$hosttest" facts
step iomem cat /proc/iomem
step regions regions
step info "$hosttest" info
step el2log "$hosttest" log

while read -r base size; do
	step "devmem-$base" "$hosttest" devmem "$base" "$size"
	step "user-$base" "$hosttest" touch user "$base" "$size"
	step "nofault-$base" "$hosttest" touch nofault "$base" "$size"
done < /out/regions

step info-after "$hosttest" info
step meminfo cat /proc/meminfo
say "waits to be looked at from outside"
read -r _ < /dev/console
