/* Trunks, the SIP carriers of the live workspace: add, list. */
#include "admin/operation.h"
#include "store/accounts.h"
#include "store/db.h"

#include <glib.h>
#include <string.h>

enum { CHANNELS = 10, CHANNELS_MAX = 10000, CPS = 1, CPS_MAX = 1000, SIP_PORT = 5060, SIPS_PORT = 5061 };

struct trunk_in {
	const char *name, *address, *transport, *user, *password;
	struct opt_int channels, cps;
	struct opt_bool srtp;
};

/* Where the port begins in "host", "host:port", "[v6]:port"; NULL when none is said. */
static const char *port_of(const char *address)
{
	const char *colon = strrchr(address, ':'), *bracket = strchr(address, ']');

	return colon && !(bracket && colon < bracket) ? colon + 1 : NULL;
}

static char *host_of(const char *address)
{
	const char *port = port_of(address);
	char *host = port ? g_strndup(address, (gsize)(port - 1 - address)) : g_strdup(address);
	size_t n = strlen(host);

	if (n >= 2 && host[0] == '[' && host[n - 1] == ']') {
		memmove(host, host + 1, n - 2);
		host[n - 2] = 0;
	}
	return host;
}

static const char *check_address(const char *text)
{
	g_autofree char *host = host_of(text);
	const char *port = port_of(text);
	gint64 n;

	if (!host[0] || strpbrk(host, " \t/@<>\"\r\n"))
		return "must name a host";
	return !port || g_ascii_string_to_signed(port, 10, 1, 65535, &n, NULL) ? NULL : "must have a port from 1 to 65535";
}

static const char *const transports[] = { "udp", "tcp", "tls", NULL };

static const struct field add_fields[] = {
	FIELD_STRING(struct trunk_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(100)),
	FIELD_STRING(struct trunk_in, address, "address", .flags = FIELD_REQUIRED, .max = BOUND(300),
		     .check = check_address),
	FIELD_ENUM(struct trunk_in, transport, "transport", .names = transports),
	FIELD_STRING(struct trunk_in, user, "user", .flags = FIELD_EMPTY_OK, .max = BOUND(200)),
	FIELD_STRING(struct trunk_in, password, "password", .flags = FIELD_EMPTY_OK, .max = BOUND(200)),
	FIELD_INTEGER(struct trunk_in, channels, "channels", .min = BOUND(1), .max = BOUND(CHANNELS_MAX)),
	FIELD_INTEGER(struct trunk_in, cps, "cps", .min = BOUND(1), .max = BOUND(CPS_MAX)),
	FIELD_BOOLEAN(struct trunk_in, srtp, "srtp"),
};
static const struct shape add_shape = SHAPE(struct trunk_in, add_fields);

static int64_t port_number(const struct trunk_in *in, const char *transport)
{
	const char *port = port_of(in->address);

	if (port)
		return g_ascii_strtoll(port, NULL, 10);
	return strcmp(transport, "tls") == 0 ? SIPS_PORT : SIP_PORT;
}

static int add(struct op *op)
{
	const struct trunk_in *in = op->in;
	g_autofree char *host = host_of(in->address);
	struct trunk t = { .workspace_id = workspace_of(op->db, op->company_id, true), .name = in->name, .host = host,
			   .transport = in->transport ? in->transport : transports[0],
			   .auth_user = in->user ? in->user : "", .auth_password = in->password ? in->password : "",
			   .channels = OPT_OR(in->channels, CHANNELS), .cps = OPT_OR(in->cps, CPS),
			   .srtp = OPT_OR(in->srtp, false) };

	if (t.srtp && strcmp(t.transport, "tls") != 0)
		return op_fault(op, "srtp", "needs the transport tls: the keys travel in the signalling");
	t.port = port_number(in, t.transport);
	t.trunk_id = trunk_add(op->db, &t, op->now);
	if (t.trunk_id == 0)
		return problem_set(op->problem, PROBLEM_CONFLICT, "there is a trunk called \"%s\" already", t.name);
	op->answer = json_pack("{s:I,s:s}", "trunkId", (json_int_t)t.trunk_id, "name", t.name);
	op->change.what = CHANGE_TRUNKS;
	return 0;
}

static void add_trunk(void *arg, const struct trunk *t)
{
	g_autofree char *address = g_strdup_printf("%s:%d", t->host, (int)t->port);

	json_array_append_new(arg, json_pack("{s:I,s:s,s:s,s:s,s:s,s:I,s:I,s:b}", "trunkId", (json_int_t)t->trunk_id,
					     "name", t->name, "address", address, "transport", t->transport,
					     "user", t->auth_user, "channels", (json_int_t)t->channels, "cps",
					     (json_int_t)t->cps, "srtp", (int)t->srtp));
}

static int list(struct op *op)
{
	json_t *rows = json_array();

	trunks_each(op->db, add_trunk, rows);
	op->answer = json_pack("{s:o}", "trunks", rows);
	return 0;
}

static const struct op_option add_options[] = {
	{ "name", "name", .arg = "NAME", .doc = "what you call it", .required = true },
	{ "address", "address", .arg = "HOST[:PORT]", .doc = "its SIP host; port 5060, or 5061 for tls",
	  .required = true },
	{ "transport", "transport", .arg = "T", .doc = "udp (default), tcp or tls" },
	{ "user", "user", .arg = "USER", .doc = "for digest authentication" },
	{ "password-file", "password", .arg = "FILE", .doc = "a file with the password", .file = true },
	{ "channels", "channels", .arg = "N", .doc = "calls at once (10)" },
	{ "cps", "cps", .arg = "N", .doc = "new calls a second (1)" },
	{ "srtp", "srtp", .constant = "true", .doc = "encrypt the audio too, or do not call (with tls)" },
	{ 0 },
};
static const struct op_column columns[] = { { "trunkId", "ID" }, { "name", "NAME" }, { "address", "ADDRESS" },
					    { "transport", "TRANSPORT" }, { "user", "USER" },
					    { "channels", "CHANNELS" }, { "cps", "CPS" },
					    { "srtp", "SRTP" }, { 0 } };

/* Not over HTTP: a trunk is the live workspace's, and a test key may not touch that. */
const struct operation trunks_operations[] = {
	{ "trunks.add", add, &add_shape, .options = add_options, .said = "The trunk \"{name}\" is there.",
	  .doc = "a SIP carrier for the live workspace" },
	{ "trunks.list", list, .reads = true, .list = "trunks", .columns = columns, .doc = "the carriers there are" },
	{ 0 },
};
