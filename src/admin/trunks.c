/* Trunks, the SIP carriers of the live workspace: add, edit, remove, enable, disable, list. */
#include "admin/operation.h"
#include "base/board.h"
#include "core/trunk.h"
#include "store/accounts.h"
#include "store/db.h"

#include <arpa/inet.h>
#include <glib.h>
#include <stddef.h>
#include <string.h>

enum {
	CHANNELS = 10,
	CHANNELS_MAX = 10000,
	CPS = 1,
	CPS_MAX = 1000,
	SIP_PORT = 5060,
	SIPS_PORT = 5061,
	RANK = 100,
	RANK_MAX = 10000,
	PROBE_S = 30,
	PROBE_MIN_S = 5,
	PROBE_MAX_S = 3600,
	PREFIXES = 256, /* as in engine/lines.h */
};

struct trunk_in {
	const char *trunk; /* its name or id; not of add */
	const char *name, *address, *transport, *user, *password;
	const char *call, *from; /* of reveal only */
	const char *prefixes, *proxy, *from_user, *from_domain, *identity, *external;
	struct opt_int channels, cps, rank, probe;
	struct opt_bool srtp, registers, privacy;
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

/* What becomes part of a URI as it is. */
static const char *check_user(const char *text)
{
	return strpbrk(text, " \t\r\n<>@:;\"") ? "must be the user part of a SIP address" : NULL;
}

static const char *check_domain(const char *text)
{
	return strpbrk(text, " \t\r\n<>@;\"/") ? "must be the host part of a SIP address" : NULL;
}

static const char *check_proxy(const char *text)
{
	return text[0] ? check_address(text) : NULL;
}

static const char *check_literal(const char *text)
{
	unsigned char a[sizeof(struct in6_addr)];

	return !text[0] || inet_pton(AF_INET, text, a) == 1 || inet_pton(AF_INET6, text, a) == 1 ?
		       NULL : "must be an IP address";
}

static const char *check_prefixes(const char *text)
{
	char list[PREFIXES];

	return prefixes_parse(text, list, sizeof(list)) ? NULL :
							  "must be a list of prefixes such as \"+1,+44\"";
}

static const char *const transports[] = { "udp", "tcp", "tls", NULL };
static const char *const identities[] = { "pai", "ppi", "none", NULL };

#define TEXT(member, key, most, ...) \
	FIELD_STRING(struct trunk_in, member, key, .flags = FIELD_EMPTY_OK, .max = BOUND(most), __VA_ARGS__)
/* What add and edit both take. */
#define FIELDS \
	FIELD_ENUM(struct trunk_in, transport, "transport", .names = transports), \
	TEXT(user, "user", 120), TEXT(password, "password", 120), \
	FIELD_INTEGER(struct trunk_in, channels, "channels", .min = BOUND(1), .max = BOUND(CHANNELS_MAX)), \
	FIELD_INTEGER(struct trunk_in, cps, "cps", .min = BOUND(1), .max = BOUND(CPS_MAX)), \
	FIELD_BOOLEAN(struct trunk_in, srtp, "srtp"), \
	FIELD_INTEGER(struct trunk_in, rank, "order", .min = BOUND(0), .max = BOUND(RANK_MAX)), \
	TEXT(prefixes, "prefixes", PREFIXES - 1, .check = check_prefixes), \
	TEXT(proxy, "proxy", 300, .check = check_proxy), \
	FIELD_BOOLEAN(struct trunk_in, registers, "register"), \
	TEXT(from_user, "fromUser", 120, .check = check_user), \
	TEXT(from_domain, "fromDomain", 250, .check = check_domain), \
	FIELD_ENUM(struct trunk_in, identity, "identity", .names = identities), \
	FIELD_BOOLEAN(struct trunk_in, privacy, "hideNumber"), \
	TEXT(external, "externalAddress", 45, .check = check_literal), \
	FIELD_INTEGER(struct trunk_in, probe, "options", .min = BOUND(0), .max = BOUND(PROBE_MAX_S))
#define OPERAND FIELD_STRING(struct trunk_in, trunk, "trunk", .flags = FIELD_REQUIRED, .max = BOUND(100))

static const struct field add_fields[] = {
	FIELD_STRING(struct trunk_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(60)),
	FIELD_STRING(struct trunk_in, address, "address", .flags = FIELD_REQUIRED, .max = BOUND(250),
		     .check = check_address),
	FIELDS,
};
static const struct shape add_shape = SHAPE(struct trunk_in, add_fields);

static const struct field edit_fields[] = {
	OPERAND,
	FIELD_STRING(struct trunk_in, name, "name", .max = BOUND(60)),
	FIELD_STRING(struct trunk_in, address, "address", .max = BOUND(250), .check = check_address),
	FIELDS,
};
static const struct shape edit_shape = SHAPE(struct trunk_in, edit_fields);

static const struct field reveal_fields[] = {
	OPERAND,
	FIELD_STRING(struct trunk_in, call, "call", .max = BOUND(40)),
	FIELD_STRING(struct trunk_in, from, "from", .max = BOUND(40)),
};
static const struct shape reveal_shape = SHAPE(struct trunk_in, reveal_fields);

static const struct field trunk_fields[] = { OPERAND };
static const struct shape trunk_shape = SHAPE(struct trunk_in, trunk_fields);

/* ---- what is said becomes the row ---- */

static bool is_literal(const char *host)
{
	return check_literal(host) == NULL;
}

/*
 * The port that is said; 0 for a name without one: DNS knows (SRV, RFC 3263 §4.2). An address without one has the
 * transport's own.
 */
static int64_t port_number(const char *address, const char *host, const char *transport)
{
	const char *port = port_of(address);

	if (port)
		return g_ascii_strtoll(port, NULL, 10);
	if (!is_literal(host))
		return 0;
	return strcmp(transport, "tls") == 0 ? SIPS_PORT : SIP_PORT;
}

static void take_text(const char **to, const char *said)
{
	if (said)
		*to = said;
}

/* Lays what is said over the row; the texts live in the arena or the input. */
static void overlay(struct op *op, struct trunk *t, const struct trunk_in *in)
{
	const struct {
		const char **to, *said;
	} texts[] = { { &t->name, in->name }, { &t->transport, in->transport }, { &t->auth_user, in->user },
		      { &t->auth_password, in->password }, { &t->proxy, in->proxy }, { &t->from_user, in->from_user },
		      { &t->from_domain, in->from_domain }, { &t->identity, in->identity },
		      { &t->external_address, in->external } };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		take_text(texts[i].to, texts[i].said);
	t->channels = OPT_OR(in->channels, t->channels);
	t->cps = OPT_OR(in->cps, t->cps);
	t->rank = OPT_OR(in->rank, t->rank);
	t->probe_s = OPT_OR(in->probe, t->probe_s);
	t->srtp = OPT_OR(in->srtp, t->srtp);
	t->registers = OPT_OR(in->registers, t->registers);
	t->privacy = OPT_OR(in->privacy, t->privacy);
	if (in->prefixes) {
		char *list = arena_alloc(op->arena, PREFIXES);

		prefixes_parse(in->prefixes, list, PREFIXES);
		t->prefixes = list;
	}
	if (in->address) {
		g_autofree char *host = host_of(in->address);

		t->host = arena_printf(op->arena, "%s", host);
		t->port = port_number(in->address, host, t->transport);
	}
}

/* Rules between the parts. */
static int check_whole(struct op *op, const struct trunk *t)
{
	if (t->srtp && strcmp(t->transport, "tls") != 0)
		return op_fault(op, "srtp", "needs the transport tls: the keys travel in the signalling");
	if (t->registers && !t->auth_user[0])
		return op_fault(op, "register", "needs a user to register");
	if (t->probe_s > 0 && t->probe_s < PROBE_MIN_S)
		return op_fault(op, "options", "must be 0 or at least 5 seconds");
	if (t->privacy && strcmp(t->identity, "none") == 0)
		return op_fault(op, "hideNumber", "needs the identity pai or ppi: the trunk must know who calls");
	return 0;
}

static int find(struct op *op, struct trunk *t)
{
	const struct trunk_in *in = op->in;
	int64_t ws = workspace_of(op->db, op->company_id, true), id = trunk_named(op->db, ws, in->trunk);
	gint64 n;

	if (id == 0 && g_ascii_string_to_signed(in->trunk, 10, 1, G_MAXINT64, &n, NULL))
		id = n;
	if (id && trunk_get(op->db, ws, id, t))
		return 0;
	return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no trunk \"%s\"", in->trunk);
}

/* ---- the operations ---- */

static int taken(struct op *op, const char *name)
{
	return problem_set(op->problem, PROBLEM_CONFLICT, "there is a trunk called \"%s\" already", name);
}

static int changed(struct op *op, const struct trunk *t)
{
	op->answer = json_pack("{s:I,s:s}", "trunkId", (json_int_t)t->trunk_id, "name", t->name);
	op->change.what = CHANGE_TRUNKS;
	return 0;
}

static int add(struct op *op)
{
	struct trunk t = { .workspace_id = workspace_of(op->db, op->company_id, true), .transport = transports[0],
			   .auth_user = "", .auth_password = "", .channels = CHANNELS, .cps = CPS, .rank = RANK,
			   .probe_s = PROBE_S, .prefixes = "", .proxy = "", .from_user = "", .from_domain = "",
			   .identity = identities[0], .external_address = "" };

	overlay(op, &t, op->in);
	if (check_whole(op, &t) != 0)
		return -1;
	t.trunk_id = trunk_add(op->db, &t, op->now);
	return t.trunk_id ? changed(op, &t) : taken(op, t.name);
}

static int edit(struct op *op)
{
	const struct trunk_in *in = op->in;
	struct trunk t;
	int64_t other;

	if (find(op, &t) != 0)
		return -1;
	if (in->transport && !in->address && is_literal(t.host) && (t.port == SIP_PORT || t.port == SIPS_PORT))
		t.port = strcmp(in->transport, "tls") == 0 ? SIPS_PORT : SIP_PORT;
	overlay(op, &t, in);
	if (check_whole(op, &t) != 0)
		return -1;
	other = trunk_named(op->db, t.workspace_id, t.name);
	if (other && other != t.trunk_id)
		return taken(op, t.name);
	trunk_edit(op->db, &t);
	return changed(op, &t);
}

static int switch_to(struct op *op, bool enabled)
{
	struct trunk t;

	if (find(op, &t) != 0)
		return -1;
	t.enabled = enabled;
	trunk_edit(op->db, &t);
	return changed(op, &t);
}

static int enable(struct op *op)
{
	return switch_to(op, true);
}

static int disable(struct op *op)
{
	return switch_to(op, false);
}

static int remove_trunk(struct op *op)
{
	struct trunk t;

	if (find(op, &t) != 0)
		return -1;
	changed(op, &t);
	trunk_remove(op->db, t.workspace_id, t.trunk_id);
	return 0;
}

/* How the running server finds it. */
static void add_state(json_t *row, const struct trunk *t)
{
	g_autofree char *key = g_strdup_printf("trunk %lld", (long long)t->trunk_id);
	struct notice n = { "UNKNOWN", "no server has looked at it yet" };

	if (t->enabled)
		board_get(key, &n);
	json_object_set_new(row, "state", json_string(t->enabled ? n.word : "DISABLED"));
	json_object_set_new(row, "reason", json_string(t->enabled ? n.text : "an operator has switched it off"));
}

static json_t *row_of(const struct trunk *t)
{
	const char *v6 = strchr(t->host, ':');
	g_autofree char *host = g_strdup_printf(v6 ? "[%s]" : "%s", t->host);
	g_autofree char *address = t->port ? g_strdup_printf("%s:%d", host, (int)t->port) : g_strdup(host);
	json_t *row = json_pack("{s:I,s:s,s:s,s:s,s:s,s:I,s:I,s:b}", "trunkId", (json_int_t)t->trunk_id, "name",
				t->name, "address", address, "transport", t->transport, "user", t->auth_user, "channels",
				(json_int_t)t->channels, "cps", (json_int_t)t->cps, "srtp", (int)t->srtp);
	json_t *more = json_pack("{s:b,s:I,s:s,s:s,s:b,s:s,s:s,s:s,s:b,s:s,s:I}", "enabled", (int)t->enabled, "order",
				 (json_int_t)t->rank, "prefixes", t->prefixes, "proxy", t->proxy, "register",
				 (int)t->registers, "fromUser", t->from_user, "fromDomain", t->from_domain, "identity",
				 t->identity, "hideNumber", (int)t->privacy, "externalAddress", t->external_address,
				 "options", (json_int_t)t->probe_s);

	json_object_update_new(row, more);
	add_state(row, t);
	return row;
}

static void add_row(void *arg, const struct trunk *t)
{
	json_array_append_new(arg, row_of(t));
}

static int list(struct op *op)
{
	json_t *rows = json_array();

	trunks_each(op->db, add_row, rows);
	op->answer = json_pack("{s:o}", "trunks", rows);
	return 0;
}

/* All of one trunk, its password included, and the numbers as E.164: for `trunks test`, which speaks to it itself. */
static int reveal(struct op *op)
{
	const struct trunk_in *in = op->in;
	const char *call = in->call ? op_number(op, "call", in->call) : "";
	const char *from = in->from ? op_number(op, "from", in->from) : "";
	struct trunk t;

	if (!call || !from || find(op, &t) != 0)
		return -1;
	op->answer = row_of(&t);
	json_object_set_new(op->answer, "call", json_string(call));
	json_object_set_new(op->answer, "from", json_string(from));
	json_object_set_new(op->answer, "host", json_string(t.host));
	json_object_set_new(op->answer, "port", json_integer(t.port));
	json_object_set_new(op->answer, "password", json_string(t.auth_password));
	return 0;
}

/* ---- the rows ---- */

#define OPTIONS \
	{ "transport", "transport", .arg = "T", .doc = "udp (default), tcp or tls" }, \
	{ "user", "user", .arg = "USER", .doc = "for digest authentication" }, \
	{ "password-file", "password", .arg = "FILE", .doc = "a file with the password", .file = true }, \
	{ "channels", "channels", .arg = "N", .doc = "calls at once (10)" }, \
	{ "cps", "cps", .arg = "N", .doc = "new calls a second (1)" }, \
	{ "order", "order", .arg = "N", .doc = "the lower the sooner it is used (100); equal ones share" }, \
	{ "prefixes", "prefixes", .arg = "LIST", .doc = "only numbers that begin so: +1,+44 (all numbers)" }, \
	{ "proxy", "proxy", .arg = "HOST[:PORT]", .doc = "an outbound proxy all requests go through" }, \
	{ "register", "register", .constant = "true", .doc = "REGISTER there, and stay registered" }, \
	{ "from-user", "fromUser", .arg = "USER", .doc = "user of From (the caller's number)" }, \
	{ "from-domain", "fromDomain", .arg = "HOST", .doc = "host of From (the trunk's)" }, \
	{ "identity", "identity", .arg = "I", .doc = "where the number is: pai (P-Asserted-Identity), ppi, none" }, \
	{ "hide-number", "hideNumber", .constant = "true", .doc = "callees do not see the number (Privacy: id)" }, \
	{ "external-address", "externalAddress", .arg = "IP", .doc = "our address outside a 1:1 NAT" }, \
	{ "options", "options", .arg = "S", .doc = "seconds between two OPTIONS (30); 0: never" }, \
	{ "srtp", "srtp", .constant = "true", .doc = "encrypt the audio too, or do not call (with tls)" }

static const struct op_option add_options[] = {
	{ "name", "name", .arg = "NAME", .doc = "what you call it", .required = true },
	{ "address", "address", .arg = "HOST[:PORT]", .doc = "its SIP host; without a port as DNS says, else 5060 (tls: 5061)",
	  .required = true },
	OPTIONS,
	{ 0 },
};
static const struct op_option edit_options[] = {
	{ "name", "name", .arg = "NAME", .doc = "what you call it from now on" },
	{ "address", "address", .arg = "HOST[:PORT]", .doc = "its SIP host" },
	OPTIONS,
	{ "no-srtp", "srtp", .constant = "false", .doc = "the audio is not encrypted" },
	{ "no-register", "register", .constant = "false", .doc = "do not REGISTER any more" },
	{ "no-hide-number", "hideNumber", .constant = "false", .doc = "callees see the number" },
	{ 0 },
};
static const struct op_column columns[] = { { "trunkId", "ID" }, { "name", "NAME" }, { "state", "STATE" },
					    { "address", "ADDRESS" }, { "transport", "TRANSPORT" }, { "user", "USER" },
					    { "channels", "CHANNELS" }, { "cps", "CPS" }, { "order", "ORDER" },
					    { "prefixes", "PREFIXES" }, { "srtp", "SRTP" }, { "reason", "REASON" },
					    { 0 } };
#define TRUNK { { "trunk", "NAME" } }

/* Not over HTTP: a trunk is the live workspace's, and a test key may not touch that. */
const struct operation trunks_operations[] = {
	{ "trunks.add", add, &add_shape, .options = add_options, .said = "The trunk \"{name}\" is there.",
	  .doc = "a SIP carrier for the live workspace" },
	{ "trunks.list", list, .reads = true, .list = "trunks", .columns = columns,
	  .doc = "the carriers there are, and how they are" },
	{ "trunks.edit", edit, &edit_shape, .options = edit_options, .operands = TRUNK,
	  .said = "The trunk \"{name}\" is changed.", .doc = "change a carrier; what is not said stays" },
	{ "trunks.remove", remove_trunk, &trunk_shape, .operands = TRUNK, .said = "The trunk \"{name}\" is gone.",
	  .doc = "forget a carrier; calls that are under way go on" },
	{ "trunks.enable", enable, &trunk_shape, .operands = TRUNK, .said = "The trunk \"{name}\" is used.",
	  .doc = "use a carrier again" },
	{ "trunks.disable", disable, &trunk_shape, .operands = TRUNK, .said = "The trunk \"{name}\" is not used.",
	  .doc = "place no more calls through a carrier; calls that are under way go on" },
	{ "trunks.reveal", reveal, &reveal_shape, .reads = true, .unlisted = true },
	{ 0 },
};
