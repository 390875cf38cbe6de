// SPDX-License-Identifier: GPL-2.0-only
/* The shipped image records no changes of ownership. */
#include "pkvm/page.h"

void page_trace_before(const struct page_range *r)
{
}

void page_trace_after(const struct page_range *r)
{
}
