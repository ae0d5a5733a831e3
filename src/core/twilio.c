#include "core/twilio.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { SHA1_BYTES = 20 };

static int compare(const void *a, const void *b)
{
	const struct twilio_field *x = a, *y = b;
	int by_name = strcmp(x->name, y->name);

	return by_name ? by_name : strcmp(x->value, y->value);
}

void twilio_signature(const char *token, const char *url, const struct twilio_field *fields, size_t n,
		      char out[TWILIO_SIGNATURE])
{
	g_autofree struct twilio_field *sorted = g_memdup2(fields, n * sizeof(*fields));
	g_autoptr(GHmac) h = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)token, strlen(token));
	g_autofree char *text = NULL;
	guint8 digest[SHA1_BYTES];
	gsize len = sizeof(digest);

	if (n)
		qsort(sorted, n, sizeof(*sorted), compare);
	g_hmac_update(h, (const guchar *)url, (gssize)strlen(url));
	for (size_t i = 0; i < n; i++) {
		bool twice = i > 0 && compare(&sorted[i], &sorted[i - 1]) == 0;

		if (twice)
			continue;
		g_hmac_update(h, (const guchar *)sorted[i].name, (gssize)strlen(sorted[i].name));
		g_hmac_update(h, (const guchar *)sorted[i].value, (gssize)strlen(sorted[i].value));
	}
	g_hmac_get_digest(h, digest, &len);
	text = g_base64_encode(digest, len);
	g_strlcpy(out, text, TWILIO_SIGNATURE);
}

static bool same(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned char differs = 0;

	if (strlen(b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return !differs;
}

/* The address with its scheme's port, or without a port; NULL when it has no host. */
static char *other_form(const char *url)
{
	const char *host = strstr(url, "://"), *end, *colon;
	const char *port = g_str_has_prefix(url, "https:") ? ":443" : ":80";

	if (!host)
		return NULL;
	host += 3;
	end = host + strcspn(host, "/?#");
	colon = memrchr(host, ':', (size_t)(end - host));
	if (colon && !memchr(colon, ']', (size_t)(end - colon)))
		return g_strdup_printf("%.*s%s", (int)(colon - url), url, end);
	return g_strdup_printf("%.*s%s%s", (int)(end - url), url, port, end);
}

bool twilio_signed(const char *token, const char *url, const struct twilio_field *fields, size_t n, const char *signature)
{
	g_autofree char *other = other_form(url);
	char want[TWILIO_SIGNATURE];
	bool good;

	twilio_signature(token, url, fields, n, want);
	good = same(want, signature);
	if (other) {
		twilio_signature(token, other, fields, n, want);
		good |= same(want, signature);
	}
	return good && token[0];
}

enum message_state twilio_state(const char *status)
{
	static const struct {
		const char *name;
		enum message_state state;
	} rows[] = {
		{ "sent", MESSAGE_SENT },
		{ "delivered", MESSAGE_DELIVERED },
		{ "read", MESSAGE_DELIVERED },
		{ "undelivered", MESSAGE_UNDELIVERED },
		{ "failed", MESSAGE_UNDELIVERED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].name, status) == 0)
			return rows[i].state;
	return 0;
}
