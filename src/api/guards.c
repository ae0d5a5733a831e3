#include "api/guards.h"

#include <glib.h>
#include <microhttpd.h>
#include <string.h>

enum {
	REQUEST_ID_MAX = 128,
	HEAD_MAX = 24 << 10, /* bytes; the answer's head must fit behind it into what the library has for both */
};

static bool is_name(const char *key, size_t len, const char *name, size_t name_len)
{
	return len == name_len && g_ascii_strncasecmp(key, name, len) == 0;
}

#define IS(name) is_name(key, len, name, sizeof(name) - 1)

static void read_length(struct head *h, const char *value)
{
	guint64 n;

	h->n_length++;
	if (g_ascii_string_to_unsigned(value, 10, 0, INT64_MAX, &n, NULL))
		h->length = (int64_t)n;
	else
		h->bad_value = true;
}

static void read_coding(struct head *h, const char *value)
{
	h->n_coding++;
	h->chunked = g_ascii_strcasecmp(value, "chunked") == 0;
	h->bad_coding |= !h->chunked;
}

/*
 * The library ends a value at its first NUL, so a NUL inside cannot be seen in the value. But it parses in
 * place: between one value's end and the next name only line ends and blanks may lie, and what lies there
 * otherwise was cut off by a NUL (or is a folded line, which RFC 9112 5.2 lets a server refuse). Version 1.0
 * refuses by itself.
 */
static bool is_cut_off(const char *end, const char *next)
{
#if MHD_VERSION < 0x01000000
	const char *p = end;

	while (p && p < next && (*p == 0 || strchr("\r\n \t", *p)))
		p++;
	return p && p < next;
#else
	(void)end, (void)next;
	return false;
#endif
}

static enum MHD_Result read_header(void *arg, enum MHD_ValueKind kind, const char *key, size_t len,
				   const char *value, size_t value_len)
{
	struct head *h = arg;

	(void)kind;
	if (!value)
		value = "", value_len = 0;
	if (strcspn(value, "\r\n") != value_len || is_cut_off(h->value_end, key))
		h->bad_value = true;
	h->value_end = value_len ? value + value_len : NULL;
	switch (len) { /* most names are none of ours: skip them by their length */
	case 4: h->n_host += IS("Host"); break;
	case 6:
		if (IS("Expect"))
			h->expect = value;
		break;
	case 12:
		if (IS("Content-Type"))
			h->content_type = value;
		else if (IS("X-Request-Id"))
			h->request_id = value;
		break;
	case 13:
		if (IS("Authorization")) {
			h->authorization = value;
			h->n_authorization++;
		}
		break;
	case 14:
		if (IS("Content-Length"))
			read_length(h, value);
		break;
	case 16:
		if (IS("Content-Encoding"))
			h->content_encoding = value;
		break;
	case 17:
		if (IS("Transfer-Encoding"))
			read_coding(h, value);
		break;
	default: break;
	}
	return MHD_YES;
}

const char *guards_read(struct MHD_Connection *c, const char *version, struct head *h, enum error_kind *kind)
{
	bool modern = strcmp(version, "HTTP/1.1") == 0;

	memset(h, 0, sizeof(*h));
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, read_header, h);
	if (MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size > HEAD_MAX) {
		*kind = ERROR_HEAD_TOO_LARGE;
		return "The request line and the headers are too large.";
	}
	*kind = ERROR_INVALID;
	if (!modern && strcmp(version, "HTTP/1.0") != 0)
		return "Only HTTP/1.1 and HTTP/1.0 are spoken here.";
	/* After the last value at least its line's end and the empty line follow. */
	if (h->bad_value || is_cut_off(h->value_end, h->value_end ? h->value_end + 2 : NULL))
		return "A header has a value that is not allowed.";
	if (h->n_length > 1)
		return "Content-Length must come once.";
	if (h->n_coding > 1 || (h->n_coding && !modern))
		return "Transfer-Encoding must come once, and not in HTTP/1.0.";
	if (h->n_coding && h->n_length)
		return "Content-Length and Transfer-Encoding exclude each other.";
	if (modern ? h->n_host != 1 : h->n_host > 1)
		return "Host must come once.";
	if (h->bad_coding) {
		*kind = ERROR_NOT_IMPLEMENTED;
		return "The only transfer coding spoken here is chunked.";
	}
	return NULL;
}

bool guards_is_json(const char *content_type)
{
	size_t n = content_type ? strcspn(content_type, "; \t") : 0;
	const char *charset = content_type ? strcasestr(content_type, "charset=") : NULL;

	if (!content_type || content_type[0] == 0)
		return true;
	if (charset) {
		charset += strlen("charset=");
		charset += *charset == '"';
		if (g_ascii_strncasecmp(charset, "utf-8", 5) != 0 &&
		    g_ascii_strncasecmp(charset, "utf8", 4) != 0)
			return false;
	}
	return is_name(content_type, n, "application/json", 16) ||
	       (n > 17 && g_ascii_strncasecmp(content_type, "application/", 12) == 0 &&
		g_ascii_strncasecmp(content_type + n - 5, "+json", 5) == 0);
}

bool guards_is_request_id(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && n <= REQUEST_ID_MAX &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@~") == n;
}
