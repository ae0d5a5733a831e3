/*
 * What is wrong with an input: a path and a sentence for each fault, in the order they were found.
 *
 * A path has one fault, the first. FAULTS_LISTED are kept; of the others only the number, so that a body
 * with a million mistakes costs no more than one with a hundred. Texts live in the arena of the request.
 */
#pragma once

#include "base/arena.h"

#include <stddef.h>

enum { FAULTS_LISTED = 100 };

struct fault {
	const char *path; /* "leads.0.email"; "body" for the body itself */
	const char *text; /* "\"email\" is required" */
};

struct faults {
	struct arena *arena;
	size_t n;    /* listed */
	size_t more; /* found beyond the list */
	struct fault list[FAULTS_LISTED];
};

struct faults *faults_new(struct arena *a);

/* Adds a fault unless the path has one already. Both texts are copied. */
void faults_add(struct faults *f, const char *path, const char *text);
