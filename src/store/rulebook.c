#include "store/rulebook.h"

#include "base/fact_file.h"

#include <glib.h>

enum { MIN_GAP_MS = 4 * 3600 * 1000 }; /* until a server says what is set */

struct rulebook *rulebook_open(const char *folder, struct problem *p)
{
	struct rulebook *r = g_new0(struct rulebook, 1);
	g_autofree char *plan = fact_file_read(folder, "numbering-plan", &r->plan_origin, p);
	g_autofree char *hours = plan ? fact_file_read(folder, "calling-hours", &r->hours_origin, p) : NULL;

	r->min_gap_ms = MIN_GAP_MS;
	if (hours && (r->plan = numbering_parse(plan, r->plan_origin, p)) &&
	    (r->hours = calling_hours_parse(hours, r->hours_origin, p)))
		return r;
	rulebook_free(r);
	return NULL;
}

void rulebook_free(struct rulebook *r)
{
	if (!r)
		return;
	numbering_free(r->plan);
	calling_hours_free(r->hours);
	g_free(r->plan_origin);
	g_free(r->hours_origin);
	g_free(r);
}

int rulebook_replace_hours(struct rulebook *r, const char *setting, struct problem *p)
{
	r->replaced = setting[0] != 0;
	return r->replaced ? hours_parse("policy.calling_hours", setting, &r->instead, p) : 0;
}
