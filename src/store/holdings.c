#include "store/holdings.h"

#include "queries.h"
#include "store/db.h"

#define SAME_INPUT(q, as, second) \
	_Static_assert(sizeof(struct q##_in) == sizeof(struct as) && \
			       offsetof(struct q##_in, workspace_id) == offsetof(struct as, workspace_id) && \
			       offsetof(struct q##_in, second) == offsetof(struct as, second), \
		       "the parameters of " #q)
#define OF_PERSON(q) SAME_INPUT(q, of_person, talent_id)
#define OF_TARGET(q) SAME_INPUT(q, of_target, target)

OF_PERSON(person_identity);
OF_PERSON(person_consent);
OF_PERSON(person_leads);
OF_PERSON(person_attempts);
OF_PERSON(person_inbound);
OF_PERSON(person_transcripts);
OF_PERSON(person_bookings);
OF_PERSON(person_messages);
OF_PERSON(person_planned_texts);
OF_PERSON(event_of_person);
OF_PERSON(person_deliveries);
OF_PERSON(person_asides);
OF_PERSON(erase_talent);
OF_PERSON(erase_consent);
OF_PERSON(erase_leads);
OF_PERSON(erase_attempts);
OF_PERSON(erase_inbound);
OF_PERSON(erase_ai_calls);
OF_PERSON(erase_messages);
OF_PERSON(erase_events);
OF_PERSON(erase_deliveries);
OF_PERSON(erase_asides);
OF_TARGET(target_messages);
OF_TARGET(target_inbound);
OF_TARGET(target_assessments);
OF_TARGET(target_suppressions);
OF_TARGET(target_answers);
OF_TARGET(erase_target_messages);
OF_TARGET(erase_target_inbound);
OF_TARGET(erase_target_assessments);
OF_TARGET(erase_target_suppressions);
OF_TARGET(erase_target_answers);

/* lead_remove() has done it by then: queue, totals, booking and its place. */
#define WITH_THE_LEAD NULL

const struct holding holdings[] = {
	{ "talent", NULL, "person", true, &person_identity_query, &erase_talent_query },
	{ "consent", NULL, "consent", true, &person_consent_query, &erase_consent_query },
	{ "lead", NULL, "campaigns", false, &person_leads_query, &erase_leads_query },
	{ "attempt", NULL, "calls", false, &person_attempts_query, &erase_attempts_query },
	{ "inbound_call", NULL, "inboundCalls", false, &person_inbound_query, &erase_inbound_query, &target_inbound_query,
	  &erase_target_inbound_query },
	{ "ai_call", NULL, "aiCalls", false, &person_transcripts_query, &erase_ai_calls_query },
	{ "booking", NULL, "appointments", false, &person_bookings_query, WITH_THE_LEAD },
	{ "message", NULL, "messages", false, &person_messages_query, &erase_messages_query, &target_messages_query,
	  &erase_target_messages_query },
	{ "text_due", NULL, "plannedTexts", false, &person_planned_texts_query, WITH_THE_LEAD },
	{ "assessment_taker", NULL, "assessments", false, NULL, NULL, &target_assessments_query,
	  &erase_target_assessments_query },
	{ "suppression", NULL, "suppressions", false, NULL, NULL, &target_suppressions_query,
	  &erase_target_suppressions_query },
	{ "kept_answer", NULL, "keptAnswers", false, NULL, NULL, &target_answers_query, &erase_target_answers_query },
	{ "event", NULL, "log", false, &event_of_person_query, &erase_events_query },
	{ "webhook_delivery", NULL, "deliveries", false, &person_deliveries_query, &erase_deliveries_query },
	{ "webhook_aside", NULL, "waitingDeliveries", false, &person_asides_query, &erase_asides_query },

	{ "roster", "names and addresses on a campaign's list, where it is searched; gone with the lead" },
	{ "due", "when the lead is called next, shown with the lead and gone with it" },
	{ "person_lock", "a number while a call to it is on; whoever is being called is not erased" },
	{ "assessment_event", "names and hashes of events, so that one sent again counts once" },
	{ "erasure_key", "the key of the hashes that stay" },

	{ "api_key", "the operator's" },
	{ "app_user", "the operator's people" },
	{ "assessment_sender", "who may post events of assessments" },
	{ "attestation", "the operator's word" },
	{ "ai_provider", "the operator's" },
	{ "ai_spent", "totals" },
	{ "appointment", "times on offer, and how many are taken" },
	{ "caller_number", "the operator's numbers" },
	{ "campaign", "the operator's words" },
	{ "campaign_listed", "the operator's words" },
	{ "campaign_slot", "moments" },
	{ "campaign_total", "totals" },
	{ "company", "the operator's" },
	{ "counter", "the next ids" },
	{ "fact", "about the server" },
	{ "lead_change", "versions of lists" },
	{ "lead_total", "totals" },
	{ "number_check", "calls to the operator's numbers" },
	{ "recording", "what campaigns say to everybody" },
	{ "retention_mark", "how far the retention clocks have come" },
	{ "site", "the operator's" },
	{ "site_user", "the operator's" },
	{ "trunk", "the operator's" },
	{ "webhook_endpoint", "the operator's" },
	{ "workspace", "the operator's" },
	{ "workspace_clock", "how far a test workspace is ahead" },
	{ "workspace_day", "totals" },
	{ "workspace_setting", "the operator's" },
};

const size_t holdings_count = sizeof(holdings) / sizeof(holdings[0]);
