#include "store/sites.h"

#include "queries.h"
#include "store/ids.h"

void sites_each(struct db *db, int64_t company_id, int64_t user_id, void (*each)(void *arg, const struct site *s),
		void *arg)
{
	DB_EACH(db, site_list, row, .company_id = company_id, .user_id = user_id) {
		struct site s = { .site_id = row->site_id, .is_primary = row->is_primary, .name = row->name,
				  .address = row->address, .city = row->city, .region = row->region,
				  .country = row->country };

		each(arg, &s);
	}
}

const char *site_country_for(struct db *db, int64_t company_id, int64_t user_id, int64_t site_id)
{
	struct site_of_user_row row;

	return DB_ROW(db, site_of_user, &row, .company_id = company_id, .user_id = user_id, .site_id = site_id) ?
		       row.country : NULL;
}

const char *site_country(struct db *db, int64_t company_id, int64_t site_id)
{
	struct site_country_row row;

	return DB_ROW(db, site_country, &row, .company_id = company_id, .site_id = site_id) ? row.country : "";
}

bool caller_number_verified(struct db *db, int64_t workspace_id, const char *number)
{
	struct number_get_row row;

	return DB_ROW(db, number_get, &row, .workspace_id = workspace_id, .number = number) &&
	       row.verified_at != DB_NULL;
}

/* ---- administration of sites ---- */

static struct site site_shown(const struct site_list_all_row *r)
{
	return (struct site){ .site_id = r->site_id, .name = r->name, .address = r->address, .city = r->city,
			      .region = r->region, .country = r->country, .person_number = r->person_number };
}

void sites_each_of(struct db *db, int64_t company_id, void (*each)(void *arg, const struct site *s), void *arg)
{
	DB_EACH(db, site_list_all, row, .company_id = company_id) {
		struct site s = site_shown(row);

		each(arg, &s);
	}
}

bool site_get(struct db *db, int64_t company_id, int64_t site_id, struct site *out)
{
	struct site_list_all_row row;

	if (!DB_ROW(db, site_get, &row, .company_id = company_id, .site_id = site_id))
		return false;
	*out = site_shown(&row);
	return true;
}

int64_t site_next_id(struct db *db)
{
	return ids_next(db, ID_SITE);
}

void site_add(struct db *db, int64_t company_id, const struct site *s, int64_t now)
{
	DB_EXEC(db, site_insert, .company_id = company_id, .site_id = s->site_id, .name = s->name,
		.address = s->address, .city = s->city, .region = s->region, .country = s->country,
		.person_number = s->person_number ? s->person_number : "", .created_at = now);
}

void site_update(struct db *db, int64_t company_id, const struct site *s)
{
	DB_EXEC(db, site_update, .company_id = company_id, .site_id = s->site_id, .name = s->name,
		.address = s->address, .city = s->city, .region = s->region, .country = s->country,
		.person_number = s->person_number ? s->person_number : "");
}

void site_assign(struct db *db, int64_t company_id, int64_t site_id, int64_t user_id, bool primary)
{
	DB_EXEC(db, site_user_put, .company_id = company_id, .site_id = site_id, .user_id = user_id,
		.is_primary = primary);
	if (primary)
		DB_EXEC(db, site_user_one_primary, .company_id = company_id, .site_id = site_id,
			.user_id = user_id);
}

bool site_unassign(struct db *db, int64_t company_id, int64_t site_id, int64_t user_id)
{
	return DB_EXEC(db, site_user_delete, .company_id = company_id, .site_id = site_id, .user_id = user_id) == 1;
}

void site_users_each(struct db *db, int64_t company_id, int64_t site_id,
		     void (*each)(void *arg, int64_t user_id, bool primary), void *arg)
{
	DB_EACH(db, site_users, row, .company_id = company_id, .site_id = site_id)
		each(arg, row->user_id, row->is_primary);
}

/* ---- numbers ---- */

static struct caller_number number_shown(const struct number_get_row *r)
{
	return (struct caller_number){ .number = r->number, .verified_at = r->verified_at,
				       .verified_by = r->verified_by };
}

bool number_get(struct db *db, int64_t workspace_id, const char *number, struct caller_number *out)
{
	struct number_get_row row;

	if (!DB_ROW(db, number_get, &row, .workspace_id = workspace_id, .number = number))
		return false;
	*out = number_shown(&row);
	return true;
}

bool number_add(struct db *db, int64_t workspace_id, const struct caller_number *n)
{
	return DB_EXEC(db, number_insert, .workspace_id = workspace_id, .number = n->number,
		       .verified_at = n->verified_at, .verified_by = n->verified_by) == 1;
}

bool number_verify(struct db *db, int64_t workspace_id, const struct caller_number *n)
{
	return DB_EXEC(db, number_verify, .workspace_id = workspace_id, .number = n->number,
		       .verified_at = n->verified_at, .verified_by = n->verified_by) == 1;
}

bool number_remove(struct db *db, int64_t workspace_id, const char *number)
{
	return DB_EXEC(db, number_delete, .workspace_id = workspace_id, .number = number) == 1;
}

int64_t number_user(struct db *db, int64_t workspace_id, const char *number)
{
	struct number_in_use_row row;

	return DB_ROW(db, number_in_use, &row, .workspace_id = workspace_id, .caller_number = number) ?
		       row.campaign_id : 0;
}

void numbers_each(struct db *db, int64_t workspace_id, void (*each)(void *arg, const struct caller_number *n),
		  void *arg)
{
	DB_EACH(db, number_list, row, .workspace_id = workspace_id) {
		struct caller_number n = number_shown(row);

		each(arg, &n);
	}
}
