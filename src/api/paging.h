/* page and limit, the "pagination" every list ends with, and the links to its other pages. */
#pragma once

#include "api/rules.h"
#include "base/json_writer.h"

#include <stdint.h>

struct reply;
struct request;

enum { PAGE_LIMIT = 20, PAGE_LIMIT_MAX = 100 };

/* Two rows of a query's table; the struct has `struct opt_int page, limit`. */
#define PAGING_FIELDS(type)                                                                                      \
	FIELD_INTEGER(type, page, "page", .min = BOUND(1), .doc = "From 1"),                                    \
	FIELD_INTEGER(type, limit, "limit", .min = BOUND(1), .max = BOUND(PAGE_LIMIT_MAX), .doc = "Rows a page")

struct paging {
	int64_t page, limit, offset;
};

struct paging paging_of(struct opt_int page, struct opt_int limit);
void paging_write(struct jw *w, const struct paging *p, int64_t total);

/*
 * Link: first, prev, next and last (RFC 8288), absolute-path references that keep the request's other parameters as
 * they were sent; none when those are longer than anybody's filters. After the reply has been made.
 */
void paging_links(const struct request *rq, struct reply *re, const struct paging *p, int64_t total);

/* "/v1/partner/campaigns?status=RUNNING&page=", of a target in origin form; to be freed with g_free(). */
char *paging_base(const char *target);
