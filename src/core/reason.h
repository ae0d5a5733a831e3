/*
 * Every reason a lead may show (why it waits, is held or done), with a sentence for people. Pure.
 *
 * The names are stored with the lead and stable. Those of the policy are in core/policy.h, the others in core/lead.h.
 */
#pragma once

/* "" for a name nobody knows, and for "". */
const char *reason_message(const char *reason);
