#include "engine/trunk_row.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static enum transport transport_from(const char *name)
{
	if (g_str_equal(name, "tcp"))
		return TRANSPORT_TCP;
	return g_str_equal(name, "tls") ? TRANSPORT_TLS : TRANSPORT_UDP;
}

static enum identity identity_from(const char *name)
{
	if (g_str_equal(name, "none"))
		return IDENTITY_NONE;
	return g_str_equal(name, "ppi") ? IDENTITY_PPI : IDENTITY_PAI;
}

/* "host", "host:5060", "[2001:db8::1]:5060" */
static void split_proxy(const char *proxy, char *host, size_t size, uint16_t *port)
{
	const char *colon = strrchr(proxy, ':'), *bracket = strchr(proxy, ']');
	size_t n = colon && !(bracket && colon < bracket) ? (size_t)(colon - proxy) : strlen(proxy);

	*port = proxy[n] ? (uint16_t)atoi(proxy + n + 1) : 0;
	if (n >= 2 && proxy[0] == '[' && proxy[n - 1] == ']') {
		proxy++;
		n -= 2;
	}
	g_strlcpy(host, proxy, MIN(size, n + 1));
}

void trunk_for_voice(const struct trunk *t, struct voice_trunk *out)
{
	memset(out, 0, sizeof(*out)); /* the padding too: trunks are compared as a whole */
	out->trunk_id = t->trunk_id;
	out->port = (uint16_t)t->port;
	out->transport = transport_from(t->transport);
	out->srtp = t->srtp;
	out->registers = t->registers;
	out->identity = identity_from(t->identity);
	out->privacy = t->privacy;
	out->probe_s = (int)t->probe_s;
	g_strlcpy(out->name, t->name, sizeof(out->name));
	g_strlcpy(out->host, t->host, sizeof(out->host));
	g_strlcpy(out->user, t->auth_user, sizeof(out->user));
	g_strlcpy(out->password, t->auth_password, sizeof(out->password));
	split_proxy(t->proxy, out->proxy, sizeof(out->proxy), &out->proxy_port);
	g_strlcpy(out->from_user, t->from_user, sizeof(out->from_user));
	g_strlcpy(out->from_domain, t->from_domain, sizeof(out->from_domain));
	g_strlcpy(out->external, t->external_address, sizeof(out->external));
}
