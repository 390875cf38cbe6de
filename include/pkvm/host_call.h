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
#define PKVM_ABI_MINOR			0
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
#define PKVM_HOST_CALL_END		0xc6000103

#define PKVM_LOG_BYTES			(15 * 8)

#define PKVM_RET_SUCCESS		0
#define PKVM_RET_NOT_SUPPORTED		(-1)
#define PKVM_RET_INVALID		(-3)

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
