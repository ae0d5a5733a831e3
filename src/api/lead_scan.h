/*
 * A quick reader of the one body that is ever long: {"leads":[{"email":"…","firstName":"…",…},…]}.
 *
 * It is strict and knows no faults: what it takes, jansson and the rules of lead_in.c would take, with the same result;
 * for anything it is not sure of (another key, a number, an escape that is rare, an address that will not do …) it says
 * so, and the ordinary way decides and finds the words. Pure; the texts live in the arena, the body is not changed.
 */
#pragma once

#include "api/lead_in.h"
#include "base/arena.h"

#include <stdbool.h>

/* NULL: not sure. */
struct lead_add_in *lead_scan(struct arena *a, const char *body, size_t n);

/* One lead: {"email":"…",…}. `room` takes its texts and has at least n + 5 bytes. */
bool lead_scan_one(const char *object, size_t n, char *room, struct lead_in *out);
