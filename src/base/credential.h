/*
 * Secrets of the operator's: from a file, or from systemd (LoadCredential=), which puts a file of that name into the folder
 * $CREDENTIALS_DIRECTORY. They never stand in settings, which are shown and end up in environments.
 */
#pragma once

#include "base/problem.h"

/*
 * The secret without the blanks and line ends round it, to be freed with g_free(). `file` "": systemd's credential `name`.
 * "" when neither is there; NULL with the problem set when a file cannot be read, or is empty.
 */
char *credential_read(const char *file, const char *name, struct problem *p);
