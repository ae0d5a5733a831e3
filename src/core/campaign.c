#include "core/campaign.h"

#include <string.h>

static const char *const after[CAMPAIGN_VERB_END] = {
	[CAMPAIGN_PAUSE] = CAMPAIGN_PAUSED,
	[CAMPAIGN_RESUME] = CAMPAIGN_RUNNING,
	[CAMPAIGN_CANCEL] = CAMPAIGN_CANCELLED,
};

const char *const campaign_purposes[] = { "SCHEDULE", "ONLINE_INTERVIEW", "INTEREST_CHECK",
					     "ASSESSMENT_REMINDER", NULL };

bool campaign_purpose_known(const char *purpose)
{
	for (const char *const *p = campaign_purposes; *p; p++)
		if (strcmp(*p, purpose) == 0)
			return true;
	return false;
}

bool campaign_status_runs(const char *status)
{
	return strcmp(status, CAMPAIGN_RUNNING) == 0;
}

bool campaign_status_over(const char *status)
{
	return strcmp(status, CAMPAIGN_CANCELLED) == 0;
}

const char *campaign_status_after(const char *status, enum campaign_verb verb)
{
	if (campaign_status_over(status) && verb != CAMPAIGN_CANCEL)
		return NULL;
	return after[verb];
}
