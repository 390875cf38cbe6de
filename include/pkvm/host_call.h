/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The calls that the host kernel (EL1) makes to pkvm (EL2).
 *
 * Conduit: HVC #0, SMCCC 1.2 register use, vendor-specific hypervisor service
 * (owning entity 6), 64-bit fast calls. A caller first asks for the UID
 * (ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID) and goes on only if it is ours.
 * Results are in x0 upwards; a register that is not a result is preserved.
 * An unknown call answers SMCCC_RET_NOT_SUPPORTED in x0 and changes nothing.
 *
 * Documentation/host-calls.rst says what each call does, state by state.
 */
#ifndef PKVM_HOST_CALL_H
#define PKVM_HOST_CALL_H

/* UID 6d1c4dd2-7b9e-4f0c-9a57-706b766d3031, as four words, low first. */
#define PKVM_UID_0			0xd24d1c6d
#define PKVM_UID_1			0x0c4f9e7b
#define PKVM_UID_2			0x6b70579a
#define PKVM_UID_3			0x31306d76

#define PKVM_ABI_MAJOR			1
#define PKVM_ABI_MINOR			1
#define PKVM_ABI_VERSION		((PKVM_ABI_MAJOR << 16) | PKVM_ABI_MINOR)

#define PKVM_HOST_CALL_BASE		0xc6000100

/* VERSION: x1 = PKVM_ABI_VERSION. */
#define PKVM_HOST_VERSION		0xc6000100
/* INFO: x1 = index (PKVM_INFO_*) in; x1 = value out; unknown: INVALID. */
#define PKVM_HOST_INFO			0xc6000101
/*
 * LOG: x1 = position in the message stream, in bytes. Out: x1 = position to ask
 * for next, x2 = number of bytes returned, x3 to x17 = the bytes, low first.
 * A position that has been overwritten is moved up to the oldest byte kept.
 */
#define PKVM_HOST_LOG			0xc6000102

/*
 * Memory that EL2 works with beyond its carve-out: blocks of 2 MiB that the host
 * gives whole. A call that lacks memory answers NOMEM, changes nothing, and
 * x1 = pages (4 KiB) that it wants from arenas with so many free.
 *
 * ARENA_DONATE: x1 = address, 2 MiB aligned, all of it RAM and the host's alone.
 * ARENA_RECLAIM: gives back one arena that nothing uses, zeroed. Out: x1 = its
 * address. NOENT: each arena is in use.
 */
#define PKVM_HOST_ARENA_DONATE		0xc6000103
#define PKVM_HOST_ARENA_RECLAIM		0xc6000104
/*
 * VM_CREATE: x1 = PKVM_VM_* flags, x2 = bits of IPA (32 to 40, 0: 40, never more
 * than the CPU has), x3 = greatest number of vCPUs. Out: x1 = handle, never 0.
 * VM_SEAL: x1 = handle. No more populate and set RIPAS; vCPUs may run.
 * VM_DESTROY: x1 = handle. Nothing of it runs again. BUSY while a vCPU is loaded.
 * VM_TEARDOWN: x1 = handle of a destroyed VM. Gives back a bounded number of
 * pages. Out: x1 = pages given back. AGAIN: there are more; SUCCESS: all is back,
 * the handle is gone.
 */
#define PKVM_HOST_VM_CREATE		0xc6000105
#define PKVM_HOST_VM_SEAL		0xc6000106
#define PKVM_HOST_VM_DESTROY		0xc6000107
#define PKVM_HOST_VM_TEARDOWN		0xc6000108
/*
 * VCPU_CREATE: x1 = handle, x2 = index, x3 = address of the page for struct
 * pkvm_run: the host's, stays the host's, cannot be given away while the vCPU is.
 * VCPU_LOAD: x1 = handle, x2 = index; makes it this CPU's. BUSY: loaded elsewhere,
 * or another is loaded here. VCPU_PUT: what is loaded here is no longer.
 * VCPU_RUN: runs what is loaded here until the host has to do something; what,
 * is in its struct pkvm_run. VCPU_KICK: x1 = handle, x2 = index; the vCPU's
 * present or next run ends with PKVM_EXIT_KICK (an interrupt for its CPU is the
 * caller's to send).
 * VCPU_GET_REG, VCPU_SET_REG: x1 = handle, x2 = index, x3 = PKVM_REG_*, SET: x4 =
 * value. Out of GET: x1. The vCPU is loaded nowhere, or here. PERM: not for a host.
 */
#define PKVM_HOST_VCPU_CREATE		0xc6000109
#define PKVM_HOST_VCPU_LOAD		0xc600010a
#define PKVM_HOST_VCPU_PUT		0xc600010b
#define PKVM_HOST_VCPU_RUN		0xc600010c
#define PKVM_HOST_VCPU_KICK		0xc600010d
#define PKVM_HOST_VCPU_GET_REG		0xc600010e
#define PKVM_HOST_VCPU_SET_REG		0xc600010f
/*
 * Memory of a guest: x1 = handle, x2 = IPA, x3 = address (where there is one),
 * then the number of pages, 1 to PKVM_RANGE_PAGES; all of the range or nothing.
 * 512 pages with both addresses aligned to 2 MiB are one block.
 *
 * GUEST_POPULATE: x4 = pages. Protected, before VM_SEAL: gives pages with what is
 * in them, in ascending order of IPA over all calls.
 * GUEST_DONATE: x4 = pages. Protected, sealed: gives pages, which arrive zeroed.
 * Only where RIPAS is RAM and no page has been since that was set.
 * GUEST_RECLAIM: x3 = pages. Protected: takes them back, zeroed; each page of the
 * range that was there becomes RIPAS DESTROYED.
 * GUEST_SHARE: x4 = pages, x5 = PKVM_PROT_*. Normal: the guest sees host pages.
 * GUEST_UNSHARE: x3 = pages. Normal: it no longer does; a block that the range
 * touches goes whole. Never lacks memory. Out: x1 = pages dropped.
 * GUEST_AGE: x3 = pages. Normal: out x1 = 1 if any was accessed since last asked.
 * GUEST_SET_RIPAS: x3 = pages (any number), x4 = PKVM_RIPAS_EMPTY or _RAM.
 * Protected, before VM_SEAL, where no page is or was. Out: x1 = pages done; AGAIN.
 */
#define PKVM_HOST_GUEST_POPULATE	0xc6000110
#define PKVM_HOST_GUEST_DONATE		0xc6000111
#define PKVM_HOST_GUEST_RECLAIM		0xc6000112
#define PKVM_HOST_GUEST_SHARE		0xc6000113
#define PKVM_HOST_GUEST_UNSHARE		0xc6000114
#define PKVM_HOST_GUEST_AGE		0xc6000115
#define PKVM_HOST_GUEST_SET_RIPAS	0xc6000116
/*
 * REGISTER: x1 = any number but 0 that names the caller's registration. VMs of
 * another registration end as with a new kernel (a new epoch).
 */
#define PKVM_HOST_REGISTER		0xc6000117
#define PKVM_RANGE_PAGES		512

#define PKVM_VM_PROTECTED		(1ULL << 0)

#define PKVM_PROT_READ			(1ULL << 0)
#define PKVM_PROT_WRITE			(1ULL << 1)
#define PKVM_PROT_EXEC			(1ULL << 2)

/* Values of the Realm Management Monitor specification's RIPAS. */
#define PKVM_RIPAS_EMPTY		0
#define PKVM_RIPAS_RAM			1
#define PKVM_RIPAS_DESTROYED		2

/*
 * Registers of a vCPU. SYS: the MRS encoding as the kernel's sys_reg() makes it.
 * A protected guest's: PC and X(0) to X(7) of vCPU 0, to be set before VM_SEAL.
 */
#define PKVM_REG_X(n)			(n)		/* 0 to 30 */
#define PKVM_REG_PC			32
#define PKVM_REG_PSTATE			33
#define PKVM_REG_FPSR			34
#define PKVM_REG_FPCR			35
#define PKVM_REG_POWER			36		/* 1 on, 0 off (PSCI) */
#define PKVM_REG_VLO(n)			(64 + 2 * (n))	/* low half of V0 to V31 */
#define PKVM_REG_VHI(n)			(65 + 2 * (n))
#define PKVM_REG_SYS(enc)		(0x80000000ULL | (enc))

#define PKVM_LOG_BYTES			(15 * 8)

#define PKVM_RET_SUCCESS		0
#define PKVM_RET_NOT_SUPPORTED		(-1)
#define PKVM_RET_INVALID		(-3)	/* an argument no state would make good */
#define PKVM_RET_NOMEM			(-4)	/* arenas lack x1 pages */
#define PKVM_RET_NOENT			(-5)	/* no such VM, vCPU, page in the guest, arena */
#define PKVM_RET_BUSY			(-6)	/* loaded, shared, pinned or otherwise in use */
#define PKVM_RET_STATE			(-7)	/* not in this state of the VM or vCPU */
#define PKVM_RET_PERM			(-8)	/* not the host's, or not for a host to do */
#define PKVM_RET_EXIST			(-9)	/* something is there already */
#define PKVM_RET_AGAIN			(-10)	/* not done yet: call again */
#define PKVM_RET_LIMIT			(-11)	/* a count is at its maximum */

/* What INFO tells. Counters are since power-on, all CPUs together. */
enum pkvm_info {
	PKVM_INFO_FEATURES,		/* PKVM_FEATURE_* */
	PKVM_INFO_EPOCH,		/* host epoch, 1 for the first kernel */
	PKVM_INFO_OLD_EPOCH_PAGES,	/* pages still held for an ended epoch */
	PKVM_INFO_BYTES_HELD,		/* bytes of RAM that EL2 holds */
	PKVM_INFO_REFUSED_READ,		/* host loads refused */
	PKVM_INFO_REFUSED_WRITE,	/* host stores and atomics refused */
	PKVM_INFO_REFUSED_EXEC,		/* host instruction fetches refused */
	PKVM_INFO_REFUSED_CACHE,	/* host cache maintenance refused */
	PKVM_INFO_REFUSED_WALK,		/* host stage-1 walks refused */
	PKVM_INFO_REFUSED_HVC,		/* unknown or bad host calls */
	PKVM_INFO_REFUSED_SMC,		/* SMCs that the filter denied */
	PKVM_INFO_REFUSED_SYSREG,	/* system registers made UNDEFINED */
	PKVM_INFO_MMIO_TABLES,		/* table pages of the MMIO pool in use */
	PKVM_INFO_MMIO_RECLAIMS,	/* times that the MMIO pool was emptied */
	PKVM_INFO_CPUS,			/* CPUs that EL2 knows */
	PKVM_INFO_LOG_END,		/* position of the end of the log */
	PKVM_INFO_FREE_BYTES,		/* free bytes of EL2's own pool */
	PKVM_INFO_ARENAS,		/* arenas that EL2 holds */
	PKVM_INFO_ARENA_FREE_PAGES,	/* free pages in them */
	PKVM_INFO_VMS,			/* VMs that have a handle */
	PKVM_INFO_LIST_REGISTERS,	/* list registers of this machine */
	PKVM_INFO_MAX,
};

#define PKVM_FEATURE_PROTECTED_HOST	(1ULL << 0)	/* EL2 holds the host's stage 2 */
#define PKVM_FEATURE_DICE		(1ULL << 1)	/* a DICE handover was found */
#define PKVM_FEATURE_TEST_BUILD		(1ULL << 63)	/* never in a shipped image */

/* The node that EL2 adds to the device tree for the host's module. */
#define PKVM_DT_NODE			"pkvm"
#define PKVM_DT_COMPATIBLE		"pkvm,el2-v1"
/* reserved-memory children carry this name and no-map */
#define PKVM_DT_RESERVED		"pkvm-el2"

#endif
