# SPDX-License-Identifier: GPL-2.0-only
# For the scripts that run inside a machine. What a script leaves in /out is written, as a tar,
# to the disk that has the serial number "results": exact whatever the console looks like.

hosttest=/test/hosttest

say()
{
	echo "T: $*" > /dev/console
}

# step NAME COMMAND...: output to /out/NAME, exit code to /out/NAME.rc
step()
{
	local name=$1 rc=0

	shift
	say "step $name"
	"$@" > "/out/$name" 2>&1 || rc=$?
	echo "$rc" > "/out/$name.rc"
	return 0
}

# disk SERIAL: the device of that disk
disk()
{
	local dev

	for dev in /sys/block/vd*; do
		if [ "$(cat "$dev/serial" 2>/dev/null)" = "$1" ]; then
			echo "/dev/${dev##*/}"
			return 0
		fi
	done
	say "no disk with serial $1"
	return 1
}

# Writes /out to the results disk; may be called again, the last call counts.
save_results()
{
	local dev

	dev=$(disk results) || return 1
	tar -cf /tmp/results.tar -C /out . && dd if=/tmp/results.tar of="$dev" bs=1M conv=fsync \
		2> /dev/null
	rm -f /tmp/results.tar
}
