// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel command line.
 * SOURCES: hyp/boot/options.c
 */
#include <stdlib.h>

#include "boot/options.h"
#include "nvhe/log.h"
#include "tap.h"

static struct boot_options opt;

/* In a heap block of exactly its length: ASan sees a read past the end. */
static void parse_bytes(const char *args, size_t len)
{
	char *copy = malloc(len ? len : 1);

	memcpy(copy, args, len);
	options_init(&opt);
	options_parse(copy, len, &opt);
	free(copy);
}

static void parse(const char *args)
{
	parse_bytes(args, strlen(args));
}

static void test_mode(void)
{
	static const struct {
		const char *args;
		bool protected;
	} t[] = {
		{ "", false },
		{ "quiet root=/dev/vda1", false },
		{ "kvm-arm.mode=protected", true },
		{ "kvm_arm.mode=protected", true },
		{ "  quiet\tkvm-arm.mode=protected\n", true },
		{ "kvm-arm.mode=nvhe", false },
		{ "kvm-arm.mode=none", false },
		{ "kvm-arm.mode=nested", false },
		{ "kvm-arm.mode=protected kvm-arm.mode=nvhe", false },
		{ "kvm-arm.mode=protected kvm-arm.mode=nested", false },
		{ "kvm-arm.mode=nvhe kvm-arm.mode=protected", true },
		{ "kvm-arm.mode=protected kvm-arm.mode=bogus", true },
		{ "kvm-arm.mode=protected kvm-arm.mode", true },
		{ "kvm-arm.mode=protected kvm-arm.mode=", true },
		{ "kvm-arm.mode", false },
		{ "kvm-arm.mode=Protected", false },
		{ "kvm-arm.mode=protectedX", false },
		{ "kvm-arm.mode=protecte", false },
		{ "xkvm-arm.mode=protected", false },
		{ "kvm-arm.modes=protected", false },
		{ "kvm-arm.mode=\"protected\"", true },
		{ "\"kvm-arm.mode=protected\"", true },
		{ "kvm-arm.mode=\"protected", true },
		{ "kvm-arm.mode=protected\"", false },
		{ "dyndbg=\"a kvm-arm.mode=protected b\"", false },
		{ "\"a b kvm-arm.mode=protected\"", false },
		{ "a=\"b\" kvm-arm.mode=protected", true },
		{ "-- kvm-arm.mode=protected", false },
		{ "kvm-arm.mode=protected -- kvm-arm.mode=nvhe", true },
		{ "--x kvm-arm.mode=protected", true },
		{ "--=x kvm-arm.mode=protected", true },
		{ "=kvm-arm.mode=protected", false },
		{ "kvm-arm.mode=protected=", false },
		{ "\xa0kvm-arm.mode=protected\xa0", true },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		parse(t[i].args);
		is_num(opt.protected, t[i].protected, "mode row %zu", i);
	}
	parse_bytes("quiet\0kvm-arm.mode=protected", 28);
	is_num(opt.protected, false, "a NUL ends the command line");
	parse_bytes("kvm-arm.mode=protectedXYZ", 22);
	is_num(opt.protected, true, "no NUL at the end of the property");
}

static void test_log_panic(void)
{
	parse("");
	is_num(opt.log_level, LOG_INFO, "log level by default");
	is_num(opt.panic, BOOT_PANIC_RESET, "panic action by default");
	parse("pkvm.log=err");
	is_num(opt.log_level, LOG_ERR, "pkvm.log=err");
	parse("pkvm.log=warn");
	is_num(opt.log_level, LOG_WARN, "pkvm.log=warn");
	parse("pkvm.log=info");
	is_num(opt.log_level, LOG_INFO, "pkvm.log=info");
	parse("pkvm.log=debug");
	is_num(opt.log_level, LOG_DEBUG, "pkvm.log=debug");
	parse("pkvm.log=debug pkvm.log=err");
	is_num(opt.log_level, LOG_ERR, "the last pkvm.log counts");
	parse("pkvm.panic=stop");
	is_num(opt.panic, BOOT_PANIC_STOP, "pkvm.panic=stop");
	parse("pkvm.panic=stop pkvm.panic=reset");
	is_num(opt.panic, BOOT_PANIC_RESET, "pkvm.panic=reset");
	is_num(opt.nr_unknown, 0, "known options are not reported");
}

static void test_allow_smc(void)
{
	parse("pkvm.allow_smc=0xc2000001");
	ok(opt.nr_allow_smc == 1 && opt.allow_smc[0] == 0xc2000001, "one function id");
	parse("pkvm.allow-smc=0xC2000001,0x82000010,17");
	ok(opt.nr_allow_smc == 3 && opt.allow_smc[0] == 0xc2000001 &&
	   opt.allow_smc[1] == 0x82000010 && opt.allow_smc[2] == 17, "a list of function ids");
	parse("pkvm.allow_smc=\"1,2\" pkvm.allow_smc=3,2");
	ok(opt.nr_allow_smc == 3 && opt.allow_smc[2] == 3, "lists add up, no id twice");
	parse("pkvm.allow_smc=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16");
	is_num(opt.nr_allow_smc, 16, "sixteen function ids");
	parse("pkvm.allow_smc=1 pkvm.allow_smc=2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17");
	ok(opt.nr_allow_smc == 1 && opt.nr_unknown == 1, "a seventeenth refuses its list");
	parse("pkvm.allow_smc=0xffffffff,4294967295");
	ok(opt.nr_allow_smc == 1 && opt.allow_smc[0] == 0xffffffff, "the greatest id");
}

static void test_bad_allow_smc(void)
{
	static const char *const bad[] = {
		"pkvm.allow_smc=", "pkvm.allow_smc", "pkvm.allow_smc=,", "pkvm.allow_smc=1,",
		"pkvm.allow_smc=,1", "pkvm.allow_smc=1,,2", "pkvm.allow_smc=0x",
		"pkvm.allow_smc=0x100000000", "pkvm.allow_smc=4294967296", "pkvm.allow_smc=12a",
		"pkvm.allow_smc=0x12g", "pkvm.allow_smc=-1", "pkvm.allow_smc=all",
		"pkvm.allow_smc=99999999999999999999999999", "pkvm.allow_smc=1;2",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parse(bad[i]);
		ok(!opt.nr_allow_smc && opt.nr_unknown == 1, "refused: %s", bad[i]);
	}
}

static void test_unknown(void)
{
	parse("pkvm.foo=1 quiet pkvm.log=loud");
	is_num(opt.nr_unknown, 2, "unknown options are counted");
	is_str(opt.unknown[0], "pkvm.foo=1", "an unknown option is kept");
	is_str(opt.unknown[1], "pkvm.log=loud", "a malformed option is kept");
	is_num(opt.log_level, LOG_INFO, "a malformed level changes nothing");
	parse("pkvm.panic=explode pkvm.log pkvm.panic");
	ok(opt.nr_unknown == 3 && opt.panic == BOOT_PANIC_RESET, "options without a value");
	parse("pkvm.a pkvm.b pkvm.c pkvm.d pkvm.e pkvm.f");
	is_num(opt.nr_unknown, 4, "the list is bounded");
	is_str(opt.unknown[2], "pkvm.c", "the third of many is kept");
	is_str(opt.unknown[3], "... and more", "that there are more is said");
	parse("pkvm.0123456789012345678901234567890123456789");
	is_str(opt.unknown[0], "pkvm.01234567890123456789012345", "a long one is cut");
	parse("pkvm.\x1b[2J\x7f=\"a b\"");
	is_str(opt.unknown[0], "pkvm.?[2J?=\"a b\"", "no control characters reach a terminal");
	parse("pkvm. pkvm pkvmx.y=1 xpkvm.z=1 -- pkvm.late");
	ok(opt.nr_unknown == 1 && !strcmp(opt.unknown[0], "pkvm."), "only pkvm. options count");
}

int main(void)
{
	test_mode();
	test_log_panic();
	test_allow_smc();
	test_bad_allow_smc();
	test_unknown();
	return tap_done();
}
