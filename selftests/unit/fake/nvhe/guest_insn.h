/* SPDX-License-Identifier: GPL-2.0-only */
/* The world switch's instructions off target: the test says what each does. */
#ifndef FAKE_NVHE_GUEST_INSN_H
#define FAKE_NVHE_GUEST_INSN_H

#include <linux/types.h>

enum fake_insn { INSN_TLBI, INSN_AT, INSN_CISW, INSN_PSB, INSN_TSB };

void fake_insn(enum fake_insn insn, u64 arg);

#define insn_tlbi_vmalle1()	fake_insn(INSN_TLBI, 0)
#define insn_at_s1e1r(va)	fake_insn(INSN_AT, (va))
#define insn_dc_cisw(set_way)	fake_insn(INSN_CISW, (set_way))
#define insn_psb_csync()	fake_insn(INSN_PSB, 0)
#define insn_tsb_csync()	fake_insn(INSN_TSB, 0)

#endif
