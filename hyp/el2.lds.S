/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EL2 image: linked at 0, runs where the boot loader put it. Everything up
 * to _el2_file_end is in the file; what follows, up to EL2_SPAN, is memory that
 * EL2 keeps: bss, then the pool.
 */
#define PAGE	0x1000
#define EL2_SPAN 0x200000

OUTPUT_ARCH(aarch64)
ENTRY(_start)

SECTIONS
{
	. = 0;
	_start = .;
	.head : {
		KEEP(*(.head.branch))
		LONG(0)
		QUAD(0)				/* text_offset */
		QUAD(EL2_SPAN)			/* image_size; pkvm-mkimage adds the kernel */
		QUAD(0xa)			/* little endian, 4 KiB pages, anywhere */
		QUAD(0) QUAD(0) QUAD(0)
		LONG(0x644d5241)		/* "ARM\x64" */
		LONG(0)				/* room for the offset of a PE header */
		. = 0x800;
		image_info = .;			/* struct pkvm_image_info */
		QUAD(0x474d494d564b50)
		LONG(1)
		LONG(image_info_end - image_info)
		QUAD(_el2_file_end - _start)
		QUAD(EL2_SPAN)
		image_info_kernel_offset = .;
		QUAD(0)
		QUAD(0)
		QUAD(0)
		QUAD(0)
		. += 64;			/* the two hashes */
		KEEP(*(.image_version))
		. = image_info + 384;
		image_info_end = .;
		. = ALIGN(PAGE);
	}
	_text = .;
	.text : {
		*(.text .text.*)
		. = ALIGN(PAGE);
	}
	_etext = .;
	.rodata : {
		*(.rodata .rodata.* .data.rel.ro .data.rel.ro.*)
	}
	.rela.dyn : ALIGN(8) {
		_rela_start = .;
		*(.rela .rela.*)
		_rela_end = .;
	}
	.got : { *(.got.plt) *(.got) }
	. = ALIGN(PAGE);
	_erodata = .;
	.data : {
		_data = .;
		*(.data .data.*)
		. = ALIGN(16);
		_el2_file_end = .;
	}
	.bss : ALIGN(16) {
		_bss = .;
		*(.bss .bss.* .dynbss COMMON)
		. = ALIGN(16);
		_ebss = .;
		/* The stack of the boot and of the panic, a guard page below it. */
		. = ALIGN(PAGE);
		_panic_guard = .;
		. += PAGE;
		. += 2 * PAGE;
		_panic_stack_top = .;
	}
	_end = .;

	/* Code that the kernel would have patched at boot never is, here. */
	.forbidden : {
		*(.altinstructions .altinstr_replacement __jump_table __ex_table)
		*(.init .init.* .data..percpu* .data..ro_after_init __bug_table)
	}
	ASSERT(SIZEOF(.forbidden) == 0, "EL2 uses a kernel inline that needs run-time patching")
	ASSERT(_end <= EL2_SPAN / 2, "the EL2 image leaves too little of its span")

	.plt : { *(.plt .iplt) }
	ASSERT(SIZEOF(.plt) == 0, "EL2 calls through a PLT")
	.debug_line 0 : { *(.debug_line .debug_line.*) }
	.debug_line_str 0 : { *(.debug_line_str) }
	.debug_info 0 : { *(.debug_info .debug_info.*) }
	.debug_abbrev 0 : { *(.debug_abbrev) }
	.debug_aranges 0 : { *(.debug_aranges) }
	.debug_str 0 : { *(.debug_str) }
	.debug_str_offsets 0 : { *(.debug_str_offsets) }
	.debug_addr 0 : { *(.debug_addr) }
	.debug_loc 0 : { *(.debug_loc) }
	.debug_loclists 0 : { *(.debug_loclists) }
	.debug_ranges 0 : { *(.debug_ranges) }
	.debug_rnglists 0 : { *(.debug_rnglists) }
	.debug_frame 0 : { *(.debug_frame) }
	.symtab 0 : { *(.symtab) }
	.strtab 0 : { *(.strtab) }
	.shstrtab 0 : { *(.shstrtab) }

	/DISCARD/ : {
		*(.interp .dynamic .dynsym .dynstr .hash .gnu.hash)
		*(.comment .note .note.* .eh_frame .eh_frame_hdr .modinfo .discard .discard.*)
		*(__patchable_function_entries .export_symbol .hyp.* .gnu.*)
	}
}
