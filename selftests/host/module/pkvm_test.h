/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the test module offers to the programs of selftests/host, by ioctl on
 * /dev/pkvm_test, and by mmap of it: the offset is a physical address, any.
 *
 * The module is for tests only: it hands the whole machine to who opens it.
 */
#ifndef PKVM_TEST_H
#define PKVM_TEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PT_DEVICE		"/dev/pkvm_test"
#define PT_ANY_CPU		(-1)

enum pt_conduit { PT_HVC, PT_SMC };

/* One call: x[0..17] go in and come back; imm picks the instruction's immediate. */
struct pt_call {
	__u32 conduit;			/* enum pt_conduit */
	__s32 cpu;			/* or PT_ANY_CPU */
	__u32 imm;			/* index into {0, 1, 0x1234, 0xffff} */
	__u32 pad;
	__u64 x[18];
};

#define PT_NR_IMM		4

enum pt_touch_op {
	PT_NOFAULT_READ,		/* copy_from_kernel_nofault */
	PT_NOFAULT_WRITE,		/* copy_to_kernel_nofault of the bytes read, or 0 */
	PT_BARE_READ,			/* from here on: in a thread of its own */
	PT_BARE_WRITE,
	PT_BARE_EXEC,
	PT_BARE_LSE,			/* LDADD; -EOPNOTSUPP without FEAT_LSE */
	PT_BARE_EXCLUSIVE,		/* LDXR, STXR */
	PT_DC_CIVAC,
	PT_DC_CVAC,
	PT_DC_IVAC,
	PT_IC_IVAU,
	PT_DC_ZVA,
	PT_WALK,			/* pa as a table of the caller's own address space */
	PT_TOUCH_MAX,
};

/* Controls, as pa: a page of the module's own; an address that stage 1 does not map. */
#define PT_OWN_PAGE		(~0ULL)
#define PT_UNMAPPED_PAGE	(~0ULL - 1)

enum pt_outcome {
	PT_DONE,			/* the access completed */
	PT_EFAULT,			/* nofault access returned -EFAULT */
	PT_OOPS,			/* the thread died of it */
	PT_OTHER_ERRNO,			/* nofault access returned something else */
};

struct pt_touch {
	__u64 pa;
	__u32 op;			/* enum pt_touch_op */
	__s32 cpu;			/* where the thread runs, or PT_ANY_CPU */
	__u32 device;			/* 1: map as Device memory */
	__u32 outcome;			/* out: enum pt_outcome */
	__u64 value;			/* out: what a read gave */
	__u64 user;			/* PT_WALK: a touched address of the caller */
};

#define PT_IDREG_COUNT		64	/* op0=3 op1=0 CRn=0: index is CRm << 3 | op2 */
#define PT_EXTRA_COUNT		32

struct pt_idregs {
	__s32 cpu;
	__u32 nr_extra;			/* out */
	__u64 valid;			/* out: bit per index, 0 where the encoding is UNDEFINED */
	__u64 reg[PT_IDREG_COUNT];
	struct {
		char name[16];
		__u64 value;
	} extra[PT_EXTRA_COUNT];
};

struct pt_cost {
	__u32 conduit;
	__u32 loops;
	__u64 fid;
	__u64 freq;			/* out: CNTFRQ_EL0 */
	__u64 ticks_empty;		/* out: loops of the same code without the call */
	__u64 ticks_call;		/* out: loops with it */
	__u64 x0;			/* out: the last answer */
};

#define PT_FUZZ_FIDS		256
#define PT_FUZZ_VALUES		256
#define PT_FUZZ_SKIP		64

struct pt_fuzz_range { __u32 first, last; };

/*
 * Random calls on every online CPU at once. The draws of a CPU depend on seed
 * and its number only, so that a run can be replayed.
 */
struct pt_fuzz {
	__u64 seed;
	__u64 calls;			/* in all; each CPU makes its share */
	__u32 nr_fids, nr_values, nr_skip;
	__u32 only_cpu_plus_1;		/* replay: only this CPU's draws; 0: all */
	__u64 stop_before;		/* replay: print call number N and stop; 0: no */
	__u64 fids;			/* user pointers: __u32[nr_fids] */
	__u64 values;			/* __u64[nr_values] */
	__u64 skip;			/* struct pt_fuzz_range[nr_skip] */
	/* out */
	__u64 made, made_hvc, made_smc;
	__u64 not_supported;
	__u64 clobbered;		/* calls that changed a register they must keep */
	__u64 bad_x[18];		/* the first such call, as made */
	__u64 bad_out[18];
	__u32 bad_conduit;
	__u32 kept;			/* 1: EL2 did not give all memory back */
	__u64 handles;			/* VMs made */
	__u64 count[PT_FUZZ_FIDS];	/* calls made, by index into fids */
};

/* Kernel facts that only the kernel knows. */
struct pt_facts {
	__u64 ttbr1, sctlr, tcr, vbar, currentel, cntkctl;
	__u64 direct_map_first, direct_map_end;	/* virtual */
	__u64 phys_offset;
	__u32 online, possible;
};

#define PT_IOC_CALL		_IOWR('p', 1, struct pt_call)
#define PT_IOC_TOUCH		_IOWR('p', 2, struct pt_touch)
#define PT_IOC_IDREGS		_IOWR('p', 3, struct pt_idregs)
#define PT_IOC_COST		_IOWR('p', 4, struct pt_cost)
#define PT_IOC_FUZZ		_IOWR('p', 5, struct pt_fuzz)
#define PT_IOC_FACTS		_IOR('p', 6, struct pt_facts)

#endif
