#include "api/campaign_schedule.h"

#include "api/campaign_json.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "store/db.h"
#include "store/writer.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

bool campaign_schedule_given(const struct schedule_in *in)
{
	return in->call_time || in->call_start_utc.set || in->follow_ups.set || in->retries.set;
}

/* ---- taking over ---- */

/* One follow-up as it is shown: the time as it was given (moments in UTC), and the days it lies behind. */
static void show(struct jw *w, const char *given, int64_t delay_days)
{
	struct when when = { .kind = WHEN_NOTHING };

	jw_object(w);
	if (given && when_parse(given, &when) == 0 && when.kind == WHEN_INSTANT)
		jw_ktime(w, "time", when.utc_ms);
	else
		jw_kstr(w, "time", given ? given : "");
	jw_kint(w, "delayDays", delay_days);
	jw_end(w);
}

static int64_t days_between(const char *zone, int64_t from, int64_t to)
{
	struct wall a, b;

	zone_to_wall(zone, from, &a);
	zone_to_wall(zone, to, &b);
	a.hour = a.minute = a.second = b.hour = b.minute = b.second = 0;
	return (zone_to_utc_ms("UTC", &b) - zone_to_utc_ms("UTC", &a)) / 86400000;
}

static void show_retry(struct jw *w, const struct retry_in *r, const struct campaign *c)
{
	int64_t at = r->object ? r->object->at.ms : r->at.ms;
	int64_t days = MAX(days_between(c->timezone, c->start_at, at), 0);
	char iso[CLOCK_ISO_SIZE];

	show(w, clock_iso(at, iso), r->object ? OPT_OR(r->object->delay_days, days) : days);
}

static void take_follow_ups(const struct schedule_in *in, struct arena *a, struct campaign *c)
{
	const struct follow_up_in *local = in->follow_ups.items;
	const struct retry_in *utc = in->retries.items;
	struct jw w;

	jw_init(&w);
	jw_array(&w);
	for (size_t i = 0; in->retries.set && i < in->retries.n; i++)
		show_retry(&w, &utc[i], c);
	for (size_t i = 0; !in->retries.set && i < in->follow_ups.n; i++)
		show(&w, local[i].time, OPT_OR(local[i].delay_days, 0));
	jw_end(&w);
	c->follow_ups = arena_strndup(a, w.data, w.len);
	jw_free(&w);
}

static void take_start(const struct schedule_in *in, struct arena *a, struct campaign *c)
{
	char local[WHEN_LOCAL_SIZE];
	struct when when;
	struct wall wall;

	if (in->call_start_utc.set) {
		c->time_basis = "UTC";
		c->start_local = NULL;
		c->start_at = in->call_start_utc.ms;
		return;
	}
	when_parse(in->call_time, &when);
	c->time_basis = "LOCAL";
	c->start_at = when.kind == WHEN_INSTANT ? when.utc_ms : zone_to_utc_ms(c->timezone, &when.wall);
	zone_to_wall(c->timezone, c->start_at, &wall);
	c->start_local = arena_strdup(a, when_local(when.kind == WHEN_INSTANT ? &wall : &when.wall, local));
}

void campaign_schedule_take(const struct schedule_in *in, struct arena *a, struct campaign *c)
{
	if (in->call_start_utc.set || in->call_time)
		take_start(in, a, c);
	if (in->follow_ups.set || in->retries.set || !c->follow_ups)
		take_follow_ups(in, a, c);
}

/* ---- slots ---- */

static struct follow_up follow_up_of(const json_t *shown)
{
	const char *time = json_string_value(json_object_get(shown, "time"));
	struct follow_up f = { .when = { .kind = WHEN_NOTHING },
			       .delay_days = (int)json_integer_value(json_object_get(shown, "delayDays")) };

	if (time && time[0])
		when_parse(time, &f.when);
	return f;
}

void campaign_schedule_make(struct campaign *c, struct schedule *s)
{
	json_t *shown = json_loads(c->follow_ups, 0, NULL);
	struct when first = { .kind = WHEN_INSTANT, .utc_ms = c->start_at };
	struct follow_up ups[SCHEDULE_SLOTS];
	int n = 0;

	if (c->start_local)
		when_parse(c->start_local, &first);
	for (size_t i = 0; i < json_array_size(shown) && n < SCHEDULE_SLOTS - 1; i++)
		ups[n++] = follow_up_of(json_array_get(shown, i));
	json_decref(shown);
	schedule_make(s, c->timezone, &first, ups, n);
	c->start_at = s->at[0];
}

/* ---- other zone rules ---- */

struct replanning {
	int64_t now, moved; /* moved: of this piece */
	int n;
};

static int replan_some(struct db *db, void *arg)
{
	struct replanning *r = arg;
	struct campaign_key keys[CAMPAIGNS_AT_ONCE];

	r->moved = 0;
	r->n = campaigns_by_other_rules(db, keys);
	for (int i = 0; i < r->n; i++) {
		struct campaign c;
		struct schedule s;

		if (!campaign_load(db, keys[i].workspace_id, keys[i].campaign_id, &c))
			return JOB_KEEP;
		campaign_schedule_make(&c, &s);
		campaign_render(&c, &s, db->arena);
		r->moved += campaign_follow_rules(db, keys[i].workspace_id, &c, &s, r->now);
	}
	return JOB_KEEP;
}

int64_t campaigns_follow_rules(struct store *store, int64_t now)
{
	struct replanning r = { .now = now };
	int64_t moved = 0;

	if (!zone_data_version()[0]) /* nobody knows what the rules are */
		return 0;
	do {
		if (store_write(store, JOB_SINGLE, replan_some, &r) != JOB_KEEP)
			return -1;
		moved += r.moved;
	} while (r.n == CAMPAIGNS_AT_ONCE);
	return moved;
}
