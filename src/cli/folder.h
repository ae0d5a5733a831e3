/*
 * The data folder: one server or command at a time holds its lock.
 *
 *	callsheet.db   the database (and -wal, -shm)      prompts/      spoken prompts
 *	send-journal   what has been sent in this boot    control.sock  the running server's ear
 *	lock           whose the folder is
 */
#pragma once

#include "base/problem.h"

#include <stdbool.h>

enum folder_use { FOLDER_SERVER, FOLDER_COMMAND };

struct folder {
	char *path;
	int lock_fd;
};

/* Makes the folder (mode 0700) if it is missing. 0 or -1. */
int folder_make(const char *path, struct problem *p);

/*
 * Takes the lock. A server waits up to 5 s for a command to finish; PROBLEM_CONFLICT when a server has it. With
 * `busy` not NULL, a lock somebody has is told there (and -1 returned without a problem) instead of waited for.
 */
int folder_lock(struct folder *f, const char *path, enum folder_use use, bool *busy, struct problem *p);
void folder_unlock(struct folder *f);
