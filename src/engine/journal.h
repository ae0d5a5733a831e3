/*
 * The send journal: which attempts an INVITE may have left for, in this boot of the machine.
 *
 * A line is written before the INVITE is handed to the network. After a crash of the process the page cache still
 * has it, so no sync is needed; after a power cut the boot id differs and the journal proves nothing. An attempt
 * that was found DIALLING, belongs to the journal's epoch and is not in it was never sent, and may be dialled.
 */
#pragma once

#include "base/problem.h"

#include <stdbool.h>
#include <stdint.h>

struct journal;

/* What the last life of the server left in `folder`; NULL when there is nothing to trust. */
struct journal_past;
struct journal_past *journal_past(const char *folder);
bool journal_never_sent(const struct journal_past *past, int64_t epoch, int64_t attempt_id);
void journal_past_free(struct journal_past *past);

/* Starts a new journal in place of the old one; only once nothing depends on the old one any more. */
struct journal *journal_start(const char *folder, int64_t epoch, struct problem *p);
void journal_close(struct journal *j);

/* 0, or -1 when the line could not be written: then nothing may be sent. One thread. */
int journal_sent(struct journal *j, int64_t attempt_id, int64_t fence);
