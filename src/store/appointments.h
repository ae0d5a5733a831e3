/*
 * Times a campaign offers and the bookings of them. A booking is the lead's: it is there before the person is told, ends
 * with the lead's removal or an opt-out, and no time ever has more bookings than places.
 *
 * Reads from any connection, writes inside a job.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct attempt_ref;
struct db;

/* A time: from 1 in the order of the campaign's list, which never changes. */
struct appointment {
	int64_t slot_no;
	int64_t start_at, end_at; /* epoch ms; end_at may be DB_NULL */
	int64_t capacity;
};

void appointments_add(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct appointment *list, int n);

/* Whether the campaign was given any. */
bool appointments_any(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* Up to `most` that lie ahead and have a place left, the earliest first: slot_no and start_at. Returns how many. */
int appointments_open(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now, int most,
		      struct appointment *out);
bool appointment_is_open(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t slot_no, int64_t now);

/*
 * Books a time for the lead of a call that is on. REFUSED: the call has ended or the lead was removed; nothing that it
 * chooses will be booked. Choosing again what one has is BOOKED; another one is TAKEN, the first stays.
 */
enum booking_verdict { BOOKING_MADE,
		       BOOKING_TAKEN,
		       BOOKING_REFUSED };
enum booking_verdict appointment_book(struct db *db, const struct attempt_ref *ref, int64_t campaign_id, int64_t talent_id,
				      int64_t slot_no, int64_t now);

/* Gives the lead's place back, if it has one. */
void appointment_release(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, int64_t now);

/* What the lead has booked; false when nothing (or db_failed()). */
struct booked {
	int64_t slot_no, attempt_id;
	int64_t start_at, end_at, booked_at; /* end_at may be DB_NULL */
};
bool appointment_of(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct booked *out);
