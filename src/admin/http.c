/*
 * Operations over HTTP: a route per row that has a path. What the path names and what the body says are one input,
 * checked by the operation's shape; the JSON that comes out is the body of the answer.
 */
#include "admin/operation.h"
#include "api/reply.h"
#include "api/request.h"
#include "store/db.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* The segment as it was meant: "%2B1555" is "+1555". NULL when an escape is broken, or hides a NUL. */
static const char *unescaped(struct arena *a, const struct route_path *path)
{
	g_autofree char *text = g_uri_unescape_segment(path->rest, path->rest + path->n_rest, NULL);

	return text && g_utf8_validate(text, -1, NULL) ? arena_strdup(a, text) : NULL;
}

/* The variable parts of the path, by their names in the template. */
static void add_path(const struct request *rq, json_t *args, struct faults *f)
{
	const char *rest = rq->path.rest ? unescaped(rq->arena, &rq->path) : NULL;
	unsigned n = 0;

	for (const char *s = strchr(rq->route->path, '/'); s; s = strchr(s + 1, '/')) {
		const char *key = arena_strndup(rq->arena, s + 2, s[1] ? strcspn(s + 2, "/") : 0);

		if (s[1] != ':' && s[1] != '*' && s[1] != '@')
			continue;
		if (json_object_get(args, key))
			faults_add(f, key, arena_printf(rq->arena, "\"%s\" is not allowed", key));
		json_object_set_new(args, key, s[1] == ':' ? json_integer(rq->path.ids[n++]) :
						json_string(rest ? rest : ""));
	}
}

static void reply_problem(struct reply *re, const struct problem *p)
{
	g_autofree char *text = g_strdup_printf("%c%s.", g_ascii_toupper(p->text[0]), p->text + 1);

	switch (p->kind) {
	case PROBLEM_NOT_FOUND:
		reply_error(re, ERROR_NOT_FOUND, text);
		return;
	case PROBLEM_CONFLICT:
	case PROBLEM_PARTLY:
		reply_error(re, ERROR_CONFLICT, text);
		return;
	case PROBLEM_REFUSED:
		reply_error(re, ERROR_FORBIDDEN, text);
		return;
	case PROBLEM_USAGE:
	case PROBLEM_INVALID:
		reply_error(re, ERROR_UNPROCESSABLE, text);
		return;
	case PROBLEM_NONE:
	case PROBLEM_FAILED:
	case PROBLEM_CONFIG:
	case PROBLEM_UNREACHABLE:
		reply_error(re, ERROR_INTERNAL, NULL);
		return;
	}
}

/* "/v1/admin/users/{userId}" with the values of the answer. */
static const char *location_of(struct arena *a, const char *template, const json_t *answer)
{
	size_t before = strcspn(template, "{"), key = strcspn(template + before + 1, "}");
	const json_t *value = json_object_get(answer, arena_strndup(a, template + before + 1, key));
	g_autofree char *text = json_is_integer(value) ?
					g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value)) :
					g_uri_escape_string(json_string_value(value), "@+", FALSE);

	return arena_printf(a, "%.*s%s", (int)before, template, text);
}

static void reply_answer(struct request *rq, const struct op *op, const struct operation *o, struct reply *re)
{
	char *text = op->answer ? json_dumps(op->answer, JSON_COMPACT) : NULL;

	jw_raw(reply_json(re, o->creates ? 201 : o->accepts ? 202 : 200), text ? text : "{}", text ? strlen(text) : 2);
	re->secret = o->secret;
	free(text);
	if (o->location)
		reply_header(re, "Location", location_of(rq->arena, o->location, op->answer));
	if (op->change.what != CHANGE_NOTHING)
		app_tell_change(rq, re, &op->change);
}

static int run(struct request *rq, const struct operation *o, struct op *op)
{
	json_t *args;
	int rc;

	if (rq->query)
		return op_run_checked(op, o, rq->query);
	args = json_is_object(rq->json) ? json_copy((json_t *)rq->json) : rq->json ? json_incref((json_t *)rq->json) :
										 json_object();
	op->faults = faults_new(rq->arena);
	if (json_is_object(args))
		add_path(rq, args, op->faults);
	if (op->faults->n)
		rc = -1;
	else
		rc = op_run(op, o, args);
	json_decref(args);
	return rc;
}

void operation_reply(struct request *rq, struct db *db, struct reply *re, const struct operation *o, struct op *op, int rc)
{
	if (app_read_failed(db, re))
		;
	else if (rc == 0)
		reply_answer(rq, op, o, re);
	else if (op->faults && op->faults->n)
		reply_faults(re, op->faults);
	else
		reply_problem(re, op->problem);
	re->keep = op->keep && !db_failed(db);
	json_decref(op->answer);
}

static void handle(struct request *rq, struct db *db, struct reply *re)
{
	const struct operation *o = rq->route->extra;
	const struct caller *who = &rq->caller;
	struct problem p = { 0 };
	struct op op = { .db = db, .arena = rq->arena, .now = rq->arrived_ms, .problem = &p, .served = true };
	int rc = op_for_key(&op, who->company_id, who->user_id, who->workspace_id, who->live);

	if (rc == 0)
		rc = run(rq, o, &op);
	operation_reply(rq, db, re, o, &op, rc);
}

static void add_route(void *arg, const struct operation *o)
{
	GArray *routes = arg;
	struct route r = { .method = o->method, .path = o->path, .scope = SCOPE_ADMIN,
			   .run = o->reads ? RUN_READ : RUN_WRITE, .handler = handle, .doc = o->doc,
			   .extra = o };

	if (!o->path)
		return;
	if (strcmp(o->method, "GET") != 0)
		r.body_kind = BODY_JSON;
	else if (!strpbrk(o->path, ":*@"))
		r.query = o->in;
	g_array_append_val(routes, r);
}

struct route *admin_routes(size_t *n)
{
	GArray *routes = g_array_new(FALSE, FALSE, sizeof(struct route));
	struct route sender = assessment_sender_route;

	operation_each(add_route, routes);
	sender.extra = operation_find("assessments.event");
	g_array_append_val(routes, sender);
	*n = routes->len;
	return (struct route *)g_array_free(routes, FALSE);
}
