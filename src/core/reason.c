#include "core/reason.h"

#include "core/lead.h"
#include "core/message.h"
#include "core/policy.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *name, *message;
} reasons[] = {
	{ POLICY_CAMPAIGN_NOT_RUNNING, "The campaign does not run." },
	{ POLICY_NO_NUMBER, "There is no telephone number." },
	{ POLICY_NOT_A_NUMBER, "What was given cannot be a telephone number; it is kept and never dialled." },
	{ POLICY_EMERGENCY, "Emergency numbers are never called." },
	{ POLICY_PREMIUM, "The number costs the caller extra, and the workspace does not allow that (premium_numbers)." },
	{ POLICY_SATELLITE, "It is a satellite telephone, and the workspace does not allow that (satellite_numbers)." },
	{ POLICY_COUNTRY, "The number is in a country the workspace does not call (countries)." },
	{ POLICY_SUPPRESSED, "The person must not be called: an opt-out, or an entry on the do-not-call list." },
	{ POLICY_NO_CONSENT, "The workspace calls nobody without consent of their own (consent), and none is recorded." },
	{ POLICY_NO_RULES, "The calling hours are not known; nobody is called without them." },
	{ POLICY_OUTSIDE_HOURS, "It is outside the calling hours where the person is." },
	{ POLICY_NO_HOURS, "No hour of the next two weeks is within the calling hours everywhere the person may be." },
	{ POLICY_PERSON_DAY, "The person has been called as often as is allowed in 24 hours, all campaigns together." },
	{ POLICY_PERSON_MONTH, "The person has been called as often as is allowed in 30 days, all campaigns together." },
	{ POLICY_ATTEMPTS, "The campaign has called the person as often as it may." },
	{ POLICY_PERSON_BUSY, "Another call to the number is under way." },
	{ POLICY_CALLER_UNVERIFIED, "Nobody has vouched for the number the campaign calls from." },
	{ POLICY_CALLS_DAY, "The workspace has placed as many calls today as it may (calls_per_day)." },
	{ POLICY_MINUTES_DAY, "The workspace has talked as many minutes today as it may (minutes_per_day)." },
	{ POLICY_TEXTED_DAY, "The person has been texted as often as is allowed in 24 hours, all campaigns together." },
	{ POLICY_TEXTED_MONTH, "The person has been texted as often as is allowed in 30 days, all campaigns together." },
	{ POLICY_TEXTS_DAY, "The workspace has sent as many texts today as it may (texts_per_day)." },
	{ MESSAGE_NO_PROVIDER, "There is no provider for texts (sms.url)." },
	{ MESSAGE_TOO_LONG, "With the person's values filled in the text is too long." },
	{ MESSAGE_NO_LINK, "The text has a link, and none is known: no event brought one, and assessment_link is not set." },
	{ LEAD_REASON_SUBMITTED, "The person has submitted the assessment." },
	{ POLICY_AI_NOT_ATTESTED, "Nobody has stated for the workspace that the people it calls agreed to an artificial voice "
	  "(callsheet workspaces attest)." },
	{ POLICY_AI_NO_PROVIDER, "There is no AI provider for the workspace (callsheet providers add, ai_provider)." },
	{ POLICY_AI_COST_CAMPAIGN, "The campaign's AI calls have cost what they may (ai_cost_per_campaign)." },
	{ POLICY_AI_COST_DAY, "The workspace's AI calls have cost today what they may (ai_cost_per_day)." },
	{ LEAD_REASON_CALLBACK, "The person has asked to be called again then." },
	{ LEAD_REASON_DECIDED, "The person has decided." },
	{ LEAD_REASON_OPTED_OUT, "The person does not want to be called again." },
	{ LEAD_REASON_WANTS_PERSON, "The person pressed 0 for a person; no machine calls again." },
	{ LEAD_REASON_NO_SLOT, "All calls of the schedule have been made." },
	{ LEAD_REASON_NO_TRUNK, "No trunk can take the call." },
	{ LEAD_REASON_NO_PREFIX, "No trunk takes numbers that begin like this one." },
	{ LEAD_REASON_TRUNK_BUSY, "The trunk for this number has no free channel; the call follows when it has." },
	{ LEAD_REASON_BACK_OFF, "The last try failed for a reason that is not the person's; it is tried again soon." },
	{ LEAD_REASON_NEXT_SLOT, "The next call of the schedule is waited for." },
	{ LEAD_REASON_NO_PROMPT, "What is to be said could not be spoken; the server's log says why." },
};

const char *reason_message(const char *reason)
{
	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (strcmp(reasons[i].name, reason) == 0)
			return reasons[i].message;
	return "";
}
