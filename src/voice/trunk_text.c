/* How a trunk is written in requests. */
#include "voice/trunk.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static const char *bracketed(const char *host, char *buf, size_t size)
{
	snprintf(buf, size, strchr(host, ':') ? "[%s]" : "%s", host);
	return buf;
}

static const char *transport_name(const struct trunk *t)
{
	static const char *const names[] = {
		[TRANSPORT_UDP] = "udp", [TRANSPORT_TCP] = "tcp", [TRANSPORT_TLS] = "tls",
	};

	return names[t->spec.transport];
}

void trunk_uri(const struct trunk *t, const char *user, char *out, size_t size)
{
	char host[NAMES_HOST + 2], port[8] = "";

	if (t->spec.port)
		snprintf(port, sizeof(port), ":%u", t->spec.port);
	snprintf(out, size, "sip:%s%s%s%s;transport=%s", user ? user : "", user ? "@" : "",
		 bracketed(t->spec.host, host, sizeof(host)), port, transport_name(t));
}

const char *trunk_from_uri(const struct trunk *t, const char *user, char *out, size_t size)
{
	char host[NAMES_HOST + 2];

	bracketed(t->spec.from_domain[0] ? t->spec.from_domain : t->spec.host, host, sizeof(host));
	snprintf(out, size, "sip:%s@%s", user, host);
	return out;
}

const char *trunk_account(const struct trunk *t, char *out, size_t size)
{
	const char *user = t->spec.from_user[0] ? t->spec.from_user : t->spec.user;

	if (!user[0])
		user = "callsheet";
	snprintf(out, size, "%.*s", (int)strcspn(user, "@"), user);
	return out;
}

const char *trunk_next_hop(const struct trunk *t, char *out, size_t size)
{
	char ip[64];

	if (!t->spec.proxy[0] && !strcmp(t->spec.host, t->ip) && t->spec.port == t->port)
		return NULL;
	snprintf(out, size, "sip:%s:%u;transport=%s", bracketed(t->ip, ip, sizeof(ip)), t->port, transport_name(t));
	return out;
}

const char *trunk_peer_name(const struct trunk *t)
{
	return t->spec.proxy[0] ? t->spec.proxy : t->spec.host;
}

void trunk_caller(const struct trunk *t, const char *number, struct trunk_caller *out)
{
	static const char *const names[] = {
		[IDENTITY_PAI] = "P-Asserted-Identity", [IDENTITY_PPI] = "P-Preferred-Identity",
	};
	const struct voice_trunk *spec = &t->spec;
	char uri[TRUNK_URI];

	*out = (struct trunk_caller){ 0 };
	if (spec->privacy) {
		out->name = "Anonymous";
		g_strlcpy(out->from, "sip:anonymous@anonymous.invalid", sizeof(out->from));
	} else {
		trunk_from_uri(t, spec->from_user[0] ? spec->from_user : number, out->from, sizeof(out->from));
	}
	if (spec->identity != IDENTITY_NONE)
		snprintf(out->headers, sizeof(out->headers), "%s: <%s>\r\n%s", names[spec->identity],
			 trunk_from_uri(t, number, uri, sizeof(uri)), spec->privacy ? "Privacy: id\r\n" : "");
}

const char *trunk_contact_host(const struct trunk *t, char *out, size_t size)
{
	static const char *const params[] = {
		[TRANSPORT_UDP] = "", [TRANSPORT_TCP] = ";transport=tcp", [TRANSPORT_TLS] = ";transport=tls",
	};
	char ip[64];

	if (!t->spec.external[0])
		return NULL;
	snprintf(out, size, "%s:%u%s", bracketed(t->spec.external, ip, sizeof(ip)), agent_port(t->agent),
		 params[t->spec.transport]);
	return out;
}
