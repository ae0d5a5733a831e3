/*
 * A problem that can be shown to a person: what went wrong, in one line, and what kind it is.
 *
 * Functions that can fail for a reason somebody outside should read take a `struct problem *` last and
 * return -1 (or NULL). The kind decides the command's exit code and nothing else; the text never contains
 * SQL, stack traces or secrets.
 */
#pragma once

/* Stable: these are the process's exit codes. */
enum problem_kind {
	PROBLEM_NONE = 0,
	PROBLEM_FAILED = 1,       /* something unexpected */
	PROBLEM_USAGE = 2,        /* the command line is wrong */
	PROBLEM_CONFIG = 3,       /* a setting or the configuration file is wrong */
	PROBLEM_NOT_FOUND = 4,    /* the thing named does not exist */
	PROBLEM_REFUSED = 5,      /* not permitted */
	PROBLEM_INVALID = 6,      /* a value was refused */
	PROBLEM_PARTLY = 7,       /* done in part */
	PROBLEM_CONFLICT = 8,     /* busy, in use, or not allowed in this state */
	PROBLEM_UNREACHABLE = 9,  /* a server or a carrier cannot be reached */
};

struct problem {
	enum problem_kind kind;
	char text[512];
};

/* Records the problem (the first one wins) and returns -1, so that `return problem_set(...)` reads well. */
int problem_set(struct problem *p, enum problem_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
