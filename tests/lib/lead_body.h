/* For the unit test and the fuzz target: what the quick reader takes must be what jansson and the rules take. */
#pragma once

#include "api/lead_scan.h"
#include "api/validate.h"

#include <glib.h>
#include <string.h>

static bool same_lead(const struct lead_in *a, const struct lead_in *b)
{
	return g_strcmp0(a->email, b->email) == 0 && g_strcmp0(a->first_name, b->first_name) == 0 &&
	       g_strcmp0(a->last_name, b->last_name) == 0 && g_strcmp0(a->phone_number, b->phone_number) == 0 &&
	       g_strcmp0(a->linkedin, b->linkedin) == 0;
}

static bool same_leads(const struct lead_add_in *a, const struct lead_add_in *b)
{
	if (a->leads.n != b->leads.n)
		return false;
	for (size_t i = 0; i < a->leads.n; i++)
		if (!same_lead((const struct lead_in *)a->leads.items + i, (const struct lead_in *)b->leads.items + i))
			return false;
	return true;
}

/* 1: both take it and agree. 0: the quick reader was not sure. -1: it took what it should not, or differently. */
static int lead_readers_agree(const char *body, size_t n)
{
	struct arena *a = arena_new();
	const struct lead_add_in *quick = lead_scan(a, body, n), *slow;
	struct faults *f = faults_new(a);
	json_t *json = NULL;
	int rc = 0;

	if (quick) {
		json = json_loadb(body, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
		slow = json ? validate_body(&lead_add_body, json, f) : NULL;
		rc = slow && f->n == 0 && same_leads(quick, slow) ? 1 : -1;
	}
	json_decref(json);
	arena_free(a);
	return rc;
}

/* The same for one lead, a line of NDJSON. */
static int lead_lines_agree(const char *line, size_t n)
{
	struct arena *a = arena_new();
	struct lead_in quick = { 0 }, slow;
	struct faults *f = faults_new(a);
	json_t *json = NULL;
	int rc = 0;

	if (lead_scan_one(line, n, arena_alloc(a, n + 8), &quick)) {
		json = json_loadb(line, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
		if (json)
			slow = *(const struct lead_in *)validate_body(&lead_shape, json, f);
		rc = json && f->n == 0 && same_lead(&quick, &slow) ? 1 : -1;
	}
	json_decref(json);
	arena_free(a);
	return rc;
}
