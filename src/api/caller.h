/*
 * Who is asking. Built only from a key that was found (the host's authenticate); every store function takes
 * its workspace first.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum scope {
	SCOPE_NONE,    /* of a route: anyone. A caller without a key */
	SCOPE_PARTNER, /* the Partner API */
	SCOPE_ADMIN,   /* everything; to a partner key such routes do not exist */
};

struct caller {
	int64_t company_id, workspace_id, user_id, key_id;
	int64_t ahead_ms; /* the workspace's clock before the wall clock; 0 in a live one */
	bool live; /* false: the test workspace, which never reaches a real trunk */
	enum scope scope;
};

enum auth_result {
	AUTH_OK,
	AUTH_UNKNOWN,     /* no such key: 401 */
	AUTH_DEACTIVATED, /* a key switched off: 403 FORBIDDEN */
	AUTH_USER_DISABLED, /* the key's user is switched off: 403 FORBIDDEN */
	AUTH_USER_GONE,     /* the key's user has left the company: 403 FORBIDDEN */
	AUTH_INACTIVE,    /* the company's subscription is not active: 403 ACCOUNT_INACTIVE */
	AUTH_UNAVAILABLE, /* cannot be told now: 503 */
};
