/* Providers of AI voices: add, list, remove. Their keys stay in files. Not over HTTP: a key of one company may not touch them. */
#include "admin/operation.h"
#include "store/ai.h"

#include <glib.h>
#include <string.h>

enum { CENT_MICROS = 10000, PRICE_MAX = 100000, PRICE = 30 };

struct provider_in {
	const char *name, *url, *model, *voice, *dialect, *key_file;
	struct opt_int price;
};

static const char *check_name(const char *text)
{
	if (strcmp(text, "auto") == 0 || strcmp(text, "scripted") == 0)
		return "must not be auto or scripted, which mean something else";
	return strlen(text) == strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ?
		       NULL : "must consist of letters, digits, dots, dashes and underscores";
}

/* Plain WebSockets would show the key and the conversation to the network: on this machine only. */
static const char *check_url(const char *text)
{
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
	const char *scheme = uri ? g_uri_get_scheme(uri) : "", *host = uri ? g_uri_get_host(uri) : NULL;

	if (!host || !host[0] || g_uri_get_userinfo(uri) || (strcmp(scheme, "wss") != 0 && strcmp(scheme, "ws") != 0))
		return "must be an address such as wss://host/v1/realtime";
	if (strcmp(scheme, "ws") == 0 && strcmp(host, "127.0.0.1") != 0 && strcmp(host, "localhost") != 0 &&
	    strcmp(host, "::1") != 0)
		return "must begin with wss: (ws: is for this machine only)";
	return NULL;
}

static const char *const dialects[] = { "ga", "beta", NULL };

static const struct field add_fields[] = {
	FIELD_STRING(struct provider_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(64), .check = check_name),
	FIELD_STRING(struct provider_in, url, "url", .flags = FIELD_REQUIRED, .max = BOUND(500), .check = check_url),
	FIELD_STRING(struct provider_in, model, "model", .flags = FIELD_REQUIRED, .max = BOUND(200)),
	FIELD_STRING(struct provider_in, voice, "voice", .max = BOUND(100)),
	FIELD_ENUM(struct provider_in, dialect, "dialect", .names = dialects),
	FIELD_STRING(struct provider_in, key_file, "keyFile", .flags = FIELD_REQUIRED, .max = BOUND(500)),
	FIELD_INTEGER(struct provider_in, price, "price", .min = BOUND(0), .max = BOUND(PRICE_MAX)),
};
static const struct shape add_shape = SHAPE(struct provider_in, add_fields);
static const struct shape name_shape = { .fields = add_fields, .n = 1, .size = sizeof(struct provider_in) };

static int add(struct op *op)
{
	const struct provider_in *in = op->in;
	struct ai_provider p = { .name = in->name, .base_url = in->url, .model = in->model,
				 .voice = in->voice ? in->voice : "alloy", .dialect = in->dialect ? in->dialect : dialects[0],
				 .key_file = in->key_file, .price_micros = OPT_OR(in->price, PRICE) * CENT_MICROS,
				 .created_at = op->now };

	/* The server runs elsewhere than the command: a path must hold for it, too. */
	if (strchr(p.key_file, '/') && p.key_file[0] != '/')
		return op_fault(op, "keyFile", "must be an absolute path, or the name of a systemd credential");
	if (!ai_provider_add(op->db, &p))
		return problem_set(op->problem, PROBLEM_CONFLICT, "there is a provider called \"%s\" already", p.name);
	op->answer = json_pack("{s:s}", "name", p.name);
	op->change.what = CHANGE_DUE;
	return 0;
}

static void add_provider(void *arg, const struct ai_provider *p)
{
	json_array_append_new(arg, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:o}", "name", p->name, "url", p->base_url, "model",
					     p->model, "voice", p->voice, "dialect", p->dialect, "keyFile", p->key_file,
					     "price", (json_int_t)(p->price_micros / CENT_MICROS), "createdAt",
					     op_time(p->created_at)));
}

static int list(struct op *op)
{
	json_t *rows = json_array();

	ai_providers_each(op->db, add_provider, rows);
	op->answer = json_pack("{s:o}", "providers", rows);
	return 0;
}

static int remove_one(struct op *op)
{
	const struct provider_in *in = op->in;

	if (!ai_provider_remove(op->db, in->name))
		return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no provider \"%s\"", in->name);
	op->answer = json_pack("{s:s}", "name", in->name);
	return 0;
}

static const struct op_option add_options[] = {
	{ "name", "name", .arg = "NAME", .doc = "what you call it", .required = true },
	{ "url", "url", .arg = "URL", .doc = "its Realtime address: wss://host/v1/realtime", .required = true },
	{ "model", "model", .arg = "MODEL", .doc = "as it calls it", .required = true },
	{ "key-file", "keyFile", .arg = "FILE", .doc = "where its key is, or the name of a systemd credential",
	  .required = true },
	{ "voice", "voice", .arg = "VOICE", .doc = "as it calls it (alloy)" },
	{ "dialect", "dialect", .arg = "D", .doc = "ga (default), or beta for the older event names" },
	{ "price", "price", .arg = "CENTS", .doc = "of a minute, for the cost caps (30); 0: it costs nothing" },
	{ 0 },
};
static const struct op_column columns[] = { { "name", "NAME" }, { "url", "URL" }, { "model", "MODEL" }, { "voice", "VOICE" },
					    { "dialect", "DIALECT" }, { "keyFile", "KEY FILE" },
					    { "price", "CENTS/MIN" }, { 0 } };

const struct operation providers_operations[] = {
	{ "providers.add", add, &add_shape, .options = add_options, .said = "The provider \"{name}\" is there.",
	  .doc = "who speaks in AI calls: any server of the OpenAI Realtime protocol" },
	{ "providers.list", list, .reads = true, .list = "providers", .columns = columns, .doc = "the providers there are" },
	{ "providers.remove", remove_one, &name_shape, .operands = { { "name", "NAME" } },
	  .said = "The provider \"{name}\" is gone; calls in progress keep it.", .doc = "take one away" },
	{ 0 },
};
