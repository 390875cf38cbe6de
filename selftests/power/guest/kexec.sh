# SPDX-License-Identifier: GPL-2.0-only
# usage: kexec STAGE: from the first kernel to the wrapped file, from there to the bare one.
. /test/power.sh

# into FILE NEXT-STAGE
into()
{
	unpack "$1" initrd
	step "load-$1" kexec -l "/tmp/$1" --initrd=/tmp/initrd \
		--command-line="$(cmdline_for kexec "$2")"
	save_results
	sync
	kexec -e
	say "kexec -e came back"
}

[ "$1" = 1 ] || earlier_results
works "-$1"
step "log-$1" $hosttest log
case $1 in
1) into wrapped 2 ;;
2) into bare 3 ;;
3) ;;
esac
