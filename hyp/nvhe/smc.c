// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SMC filter. Firmware can read and write every page of the machine, so a
 * call that takes a physical address, or that nobody has looked at, is a way
 * around stage 2. Hence a list of what passes, and nothing else does.
 */
#include <linux/types.h>
#include <linux/arm-smccc.h>
#include <uapi/linux/psci.h>
#include <pkvm/host_call.h>

#include "boot/info.h"
#include "nvhe/cpu.h"
#include "nvhe/log.h"
#include "nvhe/psci.h"
#include "nvhe/smc.h"
#include "nvhe/smccc.h"

#define SMC_FAST		(1U << 31)
#define SMC_FORM_64		(1U << 30)
#define SMC_HINT		(1U << 16)	/* SMCCC 1.3: no live SVE state */
#define SMC_OWNER(fid)		(((fid) >> 24) & 0x3f)
#define SMC_OWNER_CPU		1
#define SMC_OWNER_OEM		3

#define SMCCC_VERSION_1_1	0x10001
/*
 * 1.3's rules (hint bit, preserved registers) are kept here. Later versions add
 * functions that EL2 does not pass on, so the host is not told of them.
 */
#define SMCCC_VERSION_KNOWN	0x10003

#define SMC_RET_NOT_SUPPORTED	((u64)-1)
#define SMC_RET_INVALID		((u64)-3)

#define SOC_ID_TYPES		2		/* version, revision */
#define TRNG_VERSION_1_0	0x10000

/* What the firmware said at boot; fixed after smc_init(). */
static struct {
	const struct boot_info *info;
	u32 version;			/* as the host is told; 0: none */
	u32 has;			/* bits: 1 << enum smc_need */
	s32 soc_id[SOC_ID_TYPES];
	u64 allow;			/* bit i: info->opt.allow_smc[i] may pass */
} smc_fw;

static void smc_arch_version(struct smccc_regs *regs)
{
	regs->x[0] = smc_fw.version;
}

/*
 * Workarounds differ between the CPUs of one machine: asked anew on each, as the
 * host would on plain firmware.
 */
static void smc_arch_features(struct smccc_regs *regs)
{
	switch ((u32)regs->x[1]) {
	case ARM_SMCCC_VERSION_FUNC_ID:
	case ARM_SMCCC_ARCH_FEATURES_FUNC_ID:
		regs->x[0] = 0;
		return;
	case ARM_SMCCC_ARCH_SOC_ID:
		regs->x[0] = smc_fw.has & (1U << SMC_NEED_SOC_ID) ? 0 : SMC_RET_NOT_SUPPORTED;
		return;
	case ARM_SMCCC_ARCH_WORKAROUND_1:
	case ARM_SMCCC_ARCH_WORKAROUND_2:
	case ARM_SMCCC_ARCH_WORKAROUND_3:
		smc_relay(regs);
		return;
	default:
		regs->x[0] = SMC_RET_NOT_SUPPORTED;
	}
}

static void smc_soc_id(struct smccc_regs *regs)
{
	u32 type = regs->x[1];

	if (type < SOC_ID_TYPES)
		regs->x[0] = (u64)(s64)smc_fw.soc_id[type];
	else
		regs->x[0] = SMC_RET_INVALID;
}

/* The firmware may have more in this range some day; the host learns of these. */
static void smc_trng_features(struct smccc_regs *regs)
{
	switch ((u32)regs->x[1]) {
	case ARM_SMCCC_TRNG_VERSION:
	case ARM_SMCCC_TRNG_FEATURES:
	case ARM_SMCCC_TRNG_GET_UUID:
	case ARM_SMCCC_TRNG_RND32:
	case ARM_SMCCC_TRNG_RND64:
		smc_relay(regs);
		return;
	default:
		regs->x[0] = SMC_RET_NOT_SUPPORTED;
	}
}

#define ARCH(fn, id, args, rets, what, how) \
	{ #fn, (id), SMC_32, (args), (rets), SMC_NEED_##what, (how) }
#define PSCI(fn, id, form, args, how) \
	{ #fn, (id), (form), (args), 1, SMC_NEED_NOTHING, (how) }
#define TRNG(fn, id, form, args, rets, how) \
	{ #fn, (id), (form), (args), (rets), SMC_NEED_TRNG, (how) }

const struct smc_rule smc_rules[] = {
	ARCH(SMCCC_VERSION, ARM_SMCCC_VERSION_FUNC_ID, 0, 1, SMCCC_1_1, smc_arch_version),
	ARCH(SMCCC_ARCH_FEATURES, ARM_SMCCC_ARCH_FEATURES_FUNC_ID, 1, 1, SMCCC_1_1,
	     smc_arch_features),
	ARCH(SMCCC_ARCH_SOC_ID, ARM_SMCCC_ARCH_SOC_ID, 1, 1, SOC_ID, smc_soc_id),
	ARCH(SMCCC_ARCH_WORKAROUND_3, ARM_SMCCC_ARCH_WORKAROUND_3, 0, 0, SMCCC_1_1, smc_relay),
	ARCH(SMCCC_ARCH_WORKAROUND_2, ARM_SMCCC_ARCH_WORKAROUND_2, 1, 0, SMCCC_1_1, smc_relay),
	ARCH(SMCCC_ARCH_WORKAROUND_1, ARM_SMCCC_ARCH_WORKAROUND_1, 0, 0, SMCCC_1_1, smc_relay),
	PSCI(PSCI_VERSION, PSCI_0_2_FN_PSCI_VERSION, SMC_32, 0, psci_version),
	PSCI(CPU_SUSPEND, PSCI_0_2_FN_CPU_SUSPEND, SMC_32_64, 3, psci_cpu_suspend),
	PSCI(CPU_OFF, PSCI_0_2_FN_CPU_OFF, SMC_32, 0, psci_cpu_off),
	PSCI(CPU_ON, PSCI_0_2_FN_CPU_ON, SMC_32_64, 3, psci_cpu_on),
	PSCI(AFFINITY_INFO, PSCI_0_2_FN_AFFINITY_INFO, SMC_32_64, 2, smc_relay),
	PSCI(MIGRATE_INFO_TYPE, PSCI_0_2_FN_MIGRATE_INFO_TYPE, SMC_32, 0, smc_relay),
	PSCI(MIGRATE_INFO_UP_CPU, PSCI_0_2_FN_MIGRATE_INFO_UP_CPU, SMC_32_64, 0, smc_relay),
	PSCI(SYSTEM_OFF, PSCI_0_2_FN_SYSTEM_OFF, SMC_32, 0, psci_system_end),
	PSCI(SYSTEM_RESET, PSCI_0_2_FN_SYSTEM_RESET, SMC_32, 0, psci_system_end),
	PSCI(PSCI_FEATURES, PSCI_1_0_FN_PSCI_FEATURES, SMC_32, 1, psci_features),
	PSCI(CPU_DEFAULT_SUSPEND, PSCI_FN_CPU_DEFAULT_SUSPEND, SMC_32_64, 2,
	     psci_cpu_default_suspend),
	PSCI(NODE_HW_STATE, PSCI_FN_NODE_HW_STATE, SMC_32_64, 2, smc_relay),
	PSCI(SYSTEM_SUSPEND, PSCI_1_0_FN_SYSTEM_SUSPEND, SMC_32_64, 2, psci_system_suspend),
	PSCI(PSCI_SET_SUSPEND_MODE, PSCI_1_0_FN_SET_SUSPEND_MODE, SMC_32, 1, smc_relay),
	PSCI(PSCI_STAT_RESIDENCY, PSCI_FN_STAT_RESIDENCY, SMC_32_64, 2, smc_relay),
	PSCI(PSCI_STAT_COUNT, PSCI_FN_STAT_COUNT, SMC_32_64, 2, smc_relay),
	PSCI(SYSTEM_RESET2, PSCI_1_1_FN_SYSTEM_RESET2, SMC_32_64, 2, psci_system_reset2),
	PSCI(MEM_PROTECT, PSCI_1_1_FN_MEM_PROTECT, SMC_32, 1, psci_mem_protect),
	PSCI(MEM_PROTECT_CHECK_RANGE, PSCI_1_1_FN_MEM_PROTECT_CHECK_RANGE, SMC_32_64, 2,
	     smc_relay),
	PSCI(SYSTEM_OFF2, PSCI_FN_SYSTEM_OFF2, SMC_32_64, 2, psci_system_off2),
	TRNG(TRNG_VERSION, ARM_SMCCC_TRNG_VERSION, SMC_32, 0, 1, smc_relay),
	TRNG(TRNG_FEATURES, ARM_SMCCC_TRNG_FEATURES, SMC_32, 1, 1, smc_trng_features),
	TRNG(TRNG_GET_UUID, ARM_SMCCC_TRNG_GET_UUID, SMC_32, 0, 4, smc_relay),
	TRNG(TRNG_RND, ARM_SMCCC_TRNG_RND32, SMC_32_64, 1, 4, smc_relay),
};

const u32 smc_nr_rules = sizeof(smc_rules) / sizeof(smc_rules[0]);

/* A call that the owner lets through. The convention has seven arguments. */
static const struct smc_rule smc_vendor_rule = {
	.name = "pkvm.allow_smc",
	.nargs = 7,
	.nret = 4,
	.answer = smc_relay,
};

/*
 * Who a denied call was for, by the SMC32 form of its id; the first that matches
 * counts, the last one always does.
 */
static const struct smc_service {
	u32 first, last;
	const char *name;
} smc_services[] = {
	{ 0x80000000, 0x8000ffff, "Arm architecture" },
	{ 0x81000000, 0x8100ffff, "CPU service" },
	{ 0x82000000, 0x8200ffff, "SiP service" },
	{ 0x83000000, 0x8300ffff, "OEM service" },
	{ 0x84000000, 0x8400001f, "PSCI" },
	{ 0x84000020, 0x8400003f, "SDEI" },
	{ 0x84000040, 0x8400004f, "management mode" },
	{ 0x84000050, 0x8400005f, "TRNG" },
	{ 0x84000060, 0x840000ef, "FF-A" },
	{ 0x840000f0, 0x8400010f, "errata management" },
	{ 0x84000110, 0x8400012f, "DRTM" },
	{ 0x84000130, 0x8400014f, "PCI configuration" },
	{ 0x84000150, 0x840001cf, "realm management" },
	{ 0x84000000, 0x8400ffff, "standard secure service" },
	{ 0x85000000, 0x8500ffff, "standard hypervisor service" },
	{ 0x86000000, 0x8600ffff, "vendor hypervisor service" },
	{ 0xb0000000, 0xb1ffffff, "trusted application" },
	{ 0xb2000000, 0xbfffffff, "trusted OS" },
	{ 0x80000000, 0xbfffffff, "reserved id" },
	{ 0x00000000, 0x3fffffff, "yielding call" },
};

#define SMC_NR_SERVICES	(sizeof(smc_services) / sizeof(smc_services[0]))
#define SMC_SEEN_FULL	SMC_NR_SERVICES		/* further bits of smc_said */
#define SMC_SEEN_IMM	(SMC_NR_SERVICES + 1)
#define SMC_NR_SEEN	64

/*
 * Function ids that had their line in the log; 0: free. Lock-free: a slot goes
 * from 0 to its id once, by compare-and-swap.
 */
static u64 smc_seen[SMC_NR_SEEN];
#define SMC_SEEN_KEY(fid)	((1ULL << 32) | (fid))

/* Lines that are written once whatever smc_seen holds: a bit each. */
static u32 smc_said;

static bool smc_say_once(u32 bit)
{
	return !(__atomic_fetch_or(&smc_said, 1U << bit, __ATOMIC_RELAXED) & (1U << bit));
}

/* Return: true for exactly one caller with @fid, false for all once the table is full. */
static bool smc_first_time(u32 fid, bool *full)
{
	u64 key = SMC_SEEN_KEY(fid);
	u32 i;

	for (i = 0; i < SMC_NR_SEEN; i++) {
		u64 free = 0;

		if (__atomic_compare_exchange_n(&smc_seen[i], &free, key, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
		if (free == key)
			return false;
	}
	*full = true;
	return false;
}

static u32 smc_service(u32 fid)
{
	u32 i, id = fid & ~SMC_FORM_64;

	for (i = 0; i < SMC_NR_SERVICES - 1; i++)
		if (id >= smc_services[i].first && id <= smc_services[i].last)
			break;
	return i;
}

static bool smc_in_tree(u32 fid)
{
	u32 i;

	for (i = 0; i < smc_fw.info->nr_smc_ids; i++)
		if (smc_fw.info->smc_ids[i] == fid)
			return true;
	return false;
}

void smc_deny(u32 fid)
{
	u32 service = smc_service(fid);
	bool full = false, first, first_of_service;

	hyp_count(PKVM_INFO_REFUSED_SMC);
	first = smc_first_time(fid, &full);
	/* A service is named even if ids of others have filled the table. */
	first_of_service = smc_say_once(service);
	if (full && smc_say_once(SMC_SEEN_FULL))
		hyp_warn("smc: %u kinds denied; further ones only by service\n", SMC_NR_SEEN);
	if (!first && !(full && first_of_service))
		return;
	if (smc_in_tree(fid))
		hyp_warn("smc: denied 0x%08x (%s), arm,smc-id of the device tree; to let it reach the firmware boot with pkvm.allow_smc=0x%08x\n",
			 fid, smc_services[service].name, fid);
	else
		hyp_info("smc: denied 0x%08x (%s)\n", fid, smc_services[service].name);
}

static void smc_deny_imm(u32 imm)
{
	hyp_count(PKVM_INFO_REFUSED_SMC);
	if (smc_say_once(SMC_SEEN_IMM))
		hyp_info("smc: denied SMC #%u: the immediate must be 0\n", imm);
}

void smc_relay(struct smccc_regs *regs)
{
	hyp_smc(regs);
}

u32 smc_version(void)
{
	return smc_fw.version;
}

const struct smc_rule *smc_find(u32 fid)
{
	u32 low = 0, high = smc_nr_rules, id = fid & ~SMC_FORM_64;
	u32 form = fid & SMC_FORM_64 ? SMC_64 : SMC_32;

	while (low < high) {
		u32 mid = (low + high) / 2;

		if (smc_rules[mid].fid < id)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == smc_nr_rules || smc_rules[low].fid != id || !(smc_rules[low].forms & form))
		return NULL;
	return &smc_rules[low];
}

static const struct smc_rule *smc_find_allowed(u32 fid)
{
	const struct boot_options *opt = &smc_fw.info->opt;
	u32 i;

	for (i = 0; i < opt->nr_allow_smc; i++)
		if (opt->allow_smc[i] == fid && (smc_fw.allow & (1ULL << i)))
			return &smc_vendor_rule;
	return NULL;
}

/* The firmware sees the arguments and nothing else of the host's registers. */
static void smc_take_args(struct smccc_regs *regs, const struct host_frame *r, u32 fid, u32 nargs)
{
	u32 i;

	*regs = (struct smccc_regs){ .x = { fid } };
	for (i = 1; i <= nargs; i++)
		regs->x[i] = fid & SMC_FORM_64 ? r->x[i] : (u32)r->x[i];
}

void host_smc(struct host_frame *r, u32 imm)
{
	u32 i, fid = (u32)r->x[0] & ~SMC_HINT;
	const struct smc_rule *rule;
	struct smccc_regs regs;

	if (imm) {
		smc_deny_imm(imm);
		r->x[0] = SMC_RET_NOT_SUPPORTED;
		return;
	}
	rule = smc_find(fid);
	if (!rule)
		rule = smc_find_allowed(fid);
	if (!rule)
		smc_deny(fid);
	if (!rule || !(smc_fw.has & (1U << rule->need))) {
		r->x[0] = SMC_RET_NOT_SUPPORTED;
		return;
	}
	smc_take_args(&regs, r, fid, rule->nargs);
	rule->answer(&regs);
	for (i = 0; i < rule->nret; i++)
		r->x[i] = regs.x[i];
}

static s32 smc_ask(u32 fid, u64 arg)
{
	struct smccc_regs regs = { .x = { fid, arg } };

	hyp_smc(&regs);
	return (s32)regs.x[0];
}

/*
 * As Linux finds it: a firmware that does not say so through PSCI_FEATURES is
 * taken to have none, and one that answers nonsense as well.
 */
static u32 smc_ask_version(u32 psci_version)
{
	s32 version;

	if (psci_version < 0x10000 ||
	    smc_ask(PSCI_1_0_FN_PSCI_FEATURES, ARM_SMCCC_VERSION_FUNC_ID) < 0)
		return 0;
	version = smc_ask(ARM_SMCCC_VERSION_FUNC_ID, 0);
	if (version < SMCCC_VERSION_1_1)
		return 0;
	return version < SMCCC_VERSION_KNOWN ? version : SMCCC_VERSION_KNOWN;
}

static void smc_ask_soc_id(void)
{
	u32 i;

	if (smc_ask(ARM_SMCCC_ARCH_FEATURES_FUNC_ID, ARM_SMCCC_ARCH_SOC_ID) < 0)
		return;
	for (i = 0; i < SOC_ID_TYPES; i++)
		smc_fw.soc_id[i] = smc_ask(ARM_SMCCC_ARCH_SOC_ID, i);
	smc_fw.has |= 1U << SMC_NEED_SOC_ID;
}

/*
 * Fast calls of the CPU, SiP and OEM services can be let through. The others have
 * rules of their own (PSCI), or share memory by design (FF-A, trusted OS).
 */
static void smc_check_allowed(void)
{
	const struct boot_options *opt = &smc_fw.info->opt;
	u32 i;

	for (i = 0; i < opt->nr_allow_smc; i++) {
		u32 fid = opt->allow_smc[i], owner = SMC_OWNER(fid);

		if ((fid & SMC_FAST) && !(fid & SMC_HINT) &&
		    owner >= SMC_OWNER_CPU && owner <= SMC_OWNER_OEM) {
			smc_fw.allow |= 1ULL << i;
			hyp_warn("smc: 0x%08x passes to the firmware (pkvm.allow_smc=)\n", fid);
		} else {
			hyp_err("smc: pkvm.allow_smc=0x%08x ignored: not a fast call of a CPU, SiP or OEM service\n",
				fid);
		}
	}
}

void smc_init(const struct boot_info *info, u32 psci_version)
{
	smc_fw.info = info;
	smc_fw.has = 1U << SMC_NEED_NOTHING;
	smc_fw.version = smc_ask_version(psci_version);
	if (smc_fw.version) {
		smc_fw.has |= 1U << SMC_NEED_SMCCC_1_1;
		smc_ask_soc_id();
		if (smc_ask(ARM_SMCCC_TRNG_VERSION, 0) >= TRNG_VERSION_1_0)
			smc_fw.has |= 1U << SMC_NEED_TRNG;
	}
	smc_check_allowed();
}
