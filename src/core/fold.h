/*
 * Text folded for comparison: Unicode compatibility form, case folded. "STRASSE", "Straße" and "strasse" agree.
 */
#pragma once

/* Stands before a record of keys (core/roster.h), and in no folded text. */
#define FOLD_RECORD '\x1e'

/* A new string, freed with g_free(). Invalid UTF-8 comes back as it is. */
char *fold_text(const char *s);

/*
 * The key a lead is searched by: first name, last name and e-mail, folded, joined by a sign no one can type. The e-mail
 * comes folded.
 */
char *fold_search_key(const char *first, const char *last, const char *email_key);
