/* page and limit, and the "pagination" every list ends with. */
#pragma once

#include "api/rules.h"
#include "base/json_writer.h"

#include <stdint.h>

enum { PAGE_LIMIT = 20, PAGE_LIMIT_MAX = 100 };

/* Two rows of a query's table; the struct has `struct opt_int page, limit`. */
#define PAGING_FIELDS(type)                                                                                      \
	FIELD_INTEGER(type, page, "page", .min = BOUND(1), .doc = "From 1"),                                    \
	FIELD_INTEGER(type, limit, "limit", .min = BOUND(1), .max = BOUND(PAGE_LIMIT_MAX), .doc = "Rows a page")

struct paging {
	int64_t page, limit, offset;
};

static inline struct paging paging_of(struct opt_int page, struct opt_int limit)
{
	struct paging p = { .page = OPT_OR(page, 1), .limit = OPT_OR(limit, PAGE_LIMIT) };

	/* A page far behind the end is empty; the product must still be a number. */
	p.offset = p.page > INT64_C(1) << 40 ? INT64_C(1) << 47 : (p.page - 1) * p.limit;
	return p;
}

static inline void paging_write(struct jw *w, const struct paging *p, int64_t total)
{
	jw_key(w, "pagination");
	jw_object(w);
	jw_kint(w, "page", p->page);
	jw_kint(w, "limit", p->limit);
	jw_kint(w, "total", total);
	jw_kint(w, "totalPages", (total + p->limit - 1) / p->limit);
	jw_end(w);
}
