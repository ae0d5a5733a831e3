/*
 * What the files of the SQLite engine share.
 */
#pragma once

#include "store/db.h"

#include <sqlite3.h>

sqlite3 *db_sqlite_handle(struct db *db);
