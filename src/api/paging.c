#include "api/paging.h"

#include "api/reply.h"
#include "api/request.h"

#include <glib.h>
#include <string.h>

struct paging paging_of(struct opt_int page, struct opt_int limit)
{
	struct paging p = { .page = OPT_OR(page, 1), .limit = OPT_OR(limit, PAGE_LIMIT) };

	/* A page far behind the end is empty; the product must still be a number. */
	p.offset = p.page > INT64_C(1) << 40 ? INT64_C(1) << 47 : (p.page - 1) * p.limit;
	return p;
}

static int64_t pages_of(const struct paging *p, int64_t total)
{
	return (total + p->limit - 1) / p->limit;
}

void paging_write(struct jw *w, const struct paging *p, int64_t total)
{
	jw_key(w, "pagination");
	jw_object(w);
	jw_kint(w, "page", p->page);
	jw_kint(w, "limit", p->limit);
	jw_kint(w, "total", total);
	jw_kint(w, "totalPages", pages_of(p, total));
	jw_end(w);
}

/* ---- links ---- */

enum { LINK_MOST = 2000 }; /* bytes of a link; there are four in a head that has 16 kB */

/* As it came, but for what may not stand inside <…>: a target is looser than a URI. */
static void append_as_uri(GString *s, const char *text, size_t n)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "-._~:/?@!$&'()*+,;=%[]";

	while (n > 0) {
		size_t run = MIN(strspn(text, fine), n);

		g_string_append_len(s, text, (gssize)run);
		text += run, n -= run;
		if (n > 0) {
			g_string_append_printf(s, "%%%02X", (unsigned char)*text);
			text++, n--;
		}
	}
}

static bool is_page(const char *param, size_t n)
{
	size_t key = strcspn(param, "=&#");
	g_autofree char *name = g_uri_unescape_segment(param, param + MIN(key, n), NULL);

	return name && strcmp(name, "page") == 0;
}

char *paging_base(const char *target)
{
	size_t path = strcspn(target, "?#");
	const char *s = target + path;
	GString *base = g_string_new(NULL);

	append_as_uri(base, target, path);
	g_string_append_c(base, '?');
	for (s += *s == '?'; *s && *s != '#';) {
		size_t n = strcspn(s, "&#");

		if (n && !is_page(s, n)) {
			append_as_uri(base, s, n);
			g_string_append_c(base, '&');
		}
		s += n + (s[n] == '&');
	}
	g_string_append(base, "page=");
	return g_string_free(base, FALSE);
}

void paging_links(const struct request *rq, struct reply *re, const struct paging *p, int64_t total)
{
	int64_t last = MAX(pages_of(p, total), 1);
	const struct {
		const char *rel;
		int64_t page;
	} links[] = {
		{ "first", 1 },
		{ "prev", MIN(p->page - 1, last) },
		{ "next", p->page < last ? p->page + 1 : 0 },
		{ "last", last },
	};
	const char *target = rq->target;
	g_autofree char *base = NULL;
	g_autoptr(GString) value = g_string_sized_new(512);
	char end[48];

	if (target[0] != '/') { /* absolute form: what follows the authority */
		const char *authority = strstr(target, "//");

		target = authority ? authority + 2 + strcspn(authority + 2, "/?#") : "/";
	}
	base = paging_base(target);
	if (strlen(base) > LINK_MOST)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(links); i++) {
		if (links[i].page <= 0)
			continue;
		g_snprintf(end, sizeof(end), "%lld>; rel=\"%s\"", (long long)links[i].page, links[i].rel);
		g_string_append(value, value->len ? ", <" : "<");
		g_string_append(value, base);
		g_string_append(value, end);
	}
	reply_header(re, "Link", value->str);
}
