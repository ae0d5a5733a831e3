#include "store/appointments.h"

#include "base/json_writer.h"
#include "queries.h"
#include "store/events.h"
#include "store/ledger.h"

void appointments_add(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct appointment *list, int n)
{
	for (int i = 0; i < n; i++)
		DB_EXEC(db, appointment_insert, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.slot_no = list[i].slot_no, .start_at = list[i].start_at, .end_at = list[i].end_at,
			.capacity = list[i].capacity);
}

bool appointments_any(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct appointment_any_row row;

	return DB_ROW(db, appointment_any, &row, .workspace_id = workspace_id, .campaign_id = campaign_id);
}

int appointments_open(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now, int most,
		      struct appointment *out)
{
	int n = 0;

	DB_EACH(db, appointments_open, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .now = now,
		.limit = most)
		out[n++] = (struct appointment){ .slot_no = row->slot_no, .start_at = row->start_at };
	return n;
}

bool appointment_is_open(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t slot_no, int64_t now)
{
	struct appointment_is_open_row row;

	return DB_ROW(db, appointment_is_open, &row, .workspace_id = workspace_id, .campaign_id = campaign_id,
		      .slot_no = slot_no, .now = now);
}

static void tell(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, const char *type,
		 const struct booked *b, int64_t now)
{
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	jw_ktime(&w, "start", b->start_at);
	jw_end(&w);
	event_add(db, workspace_id, now, &(struct event){ .type = type, .campaign_id = campaign_id,
							  .talent_id = talent_id, .attempt_id = b->attempt_id,
							  .data = w.data });
	jw_free(&w);
}

enum booking_verdict appointment_book(struct db *db, const struct attempt_ref *ref, int64_t campaign_id, int64_t talent_id,
				      int64_t slot_no, int64_t now)
{
	struct booking_allowed_row allowed;
	struct booked b;

	if (!DB_ROW(db, booking_allowed, &allowed, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id,
		    .fence = ref->fence))
		return BOOKING_REFUSED;
	if (appointment_of(db, ref->workspace_id, campaign_id, talent_id, &b))
		return b.slot_no == slot_no ? BOOKING_MADE : BOOKING_TAKEN;
	if (DB_EXEC(db, appointment_take, .workspace_id = ref->workspace_id, .campaign_id = campaign_id,
		    .slot_no = slot_no, .now = now) != 1)
		return BOOKING_TAKEN;
	DB_EXEC(db, booking_insert, .workspace_id = ref->workspace_id, .campaign_id = campaign_id,
		.talent_id = talent_id, .slot_no = slot_no, .attempt_id = ref->attempt_id, .booked_at = now);
	if (appointment_of(db, ref->workspace_id, campaign_id, talent_id, &b))
		tell(db, ref->workspace_id, campaign_id, talent_id, "appointment.booked", &b, now);
	return BOOKING_MADE;
}

void appointment_release(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, int64_t now)
{
	struct booked b;

	if (!appointment_of(db, workspace_id, campaign_id, talent_id, &b))
		return;
	DB_EXEC(db, booking_delete, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id);
	DB_EXEC(db, appointment_give_back, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.slot_no = b.slot_no);
	tell(db, workspace_id, campaign_id, talent_id, "appointment.released", &b, now);
}

bool appointment_of(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct booked *out)
{
	struct booking_get_row row;

	if (!DB_ROW(db, booking_get, &row, .workspace_id = workspace_id, .campaign_id = campaign_id,
		    .talent_id = talent_id))
		return false;
	*out = (struct booked){ .slot_no = row.slot_no, .attempt_id = row.attempt_id, .start_at = row.start_at,
				.end_at = row.end_at, .booked_at = row.booked_at };
	return true;
}
