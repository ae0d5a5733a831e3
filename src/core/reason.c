#include "core/reason.h"

#include "core/lead.h"
#include "core/policy.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *name, *message;
} reasons[] = {
	{ POLICY_CAMPAIGN_NOT_RUNNING, "The campaign does not run." },
	{ POLICY_NO_NUMBER, "There is no telephone number." },
	{ POLICY_SUPPRESSED, "The person must not be called: an opt-out, or an entry on the do-not-call list." },
	{ POLICY_OUTSIDE_HOURS, "It is outside the calling hours where the person is." },
	{ POLICY_PERSON_BUSY, "Another call to the number is under way." },
	{ POLICY_CALLER_UNVERIFIED, "Nobody has vouched for the number the campaign calls from." },
	{ LEAD_REASON_DECIDED, "The person has decided." },
	{ LEAD_REASON_OPTED_OUT, "The person does not want to be called again." },
	{ LEAD_REASON_NO_SLOT, "All calls of the schedule have been made." },
	{ LEAD_REASON_NO_TRUNK, "No trunk can take the call." },
	{ LEAD_REASON_BACK_OFF, "The last try failed for a reason that is not the person's; it is tried again soon." },
	{ LEAD_REASON_NEXT_SLOT, "The next call of the schedule is waited for." },
};

const char *reason_message(const char *reason)
{
	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (strcmp(reasons[i].name, reason) == 0)
			return reasons[i].message;
	return "";
}
