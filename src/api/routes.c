#include "api/routes.h"

#include "api/asset.h"
#include "api/campaign_in.h"
#include "api/lead_in.h"
#include "api/sms.h"

#define PARTNER "/v1/partner"
#define ADMIN   "/v1/admin"
#define PROMPT_BODY_MAX ((size_t)64 << 20)

const struct route routes[] = {
	{ "GET", "/healthz", SCOPE_NONE, RUN_READ, health_alive, .doc = "Whether the process answers" },
	{ "GET", "/readyz", SCOPE_NONE, RUN_READ, health_ready,
	  .doc = "Whether the database takes writes and calls are dispatched" },
	{ "GET", "/metrics", SCOPE_NONE, RUN_LONG_READ, metrics_show,
	  .doc = "Figures for Prometheus; to this machine only, unless api.metrics_public" },
	{ "GET", "/openapi.json", SCOPE_NONE, RUN_READ, asset_get, .extra = &asset_openapi_json,
	  .doc = "This API's description, as JSON" },
	{ "GET", "/openapi.yaml", SCOPE_NONE, RUN_READ, asset_get, .extra = &asset_openapi_yaml,
	  .doc = "This API's description, as it was written" },
	{ "GET", "/docs", SCOPE_NONE, RUN_READ, asset_get, .extra = &asset_docs_html,
	  .doc = "This API's description, for people" },
	{ "GET", "/docs/render.js", SCOPE_NONE, RUN_READ, asset_get, .extra = &asset_render_js,
	  .doc = "What that page shows" },
	{ "GET", "/docs/viewer.js", SCOPE_NONE, RUN_READ, asset_get, .extra = &asset_viewer_js,
	  .doc = "How that page behaves" },
	{ "GET", "/docs/viewer.css", SCOPE_NONE, RUN_READ, asset_get, .extra = &asset_viewer_css,
	  .doc = "How that page looks" },

	{ "POST", "/v1/sms/inbound", SCOPE_NONE, RUN_WRITE, sms_inbound, .body_kind = BODY_JSON, .forms = sms_forms,
	  .doc = "A text from a person, from the provider, signed" },
	{ "POST", "/v1/sms/status", SCOPE_NONE, RUN_WRITE, sms_status, .body_kind = BODY_JSON, .forms = sms_forms,
	  .query = &sms_status_query,
	  .doc = "What became of a text, from the provider, signed" },

	{ "GET", PARTNER "/me", SCOPE_PARTNER, RUN_READ, me_get, .doc = "What the key is for, and its limits" },
	{ "GET", PARTNER "/company-sites", SCOPE_PARTNER, RUN_READ, sites_list,
	  .doc = "Sites the key's user may use" },

	{ "GET", PARTNER "/events", SCOPE_PARTNER, RUN_READ, events_feed, .query = &feed_query,
	  .takes_long = events_take_long, .doc = "What happened, in order: a page, or a stream of server-sent events" },

	{ "GET", PARTNER "/campaigns", SCOPE_PARTNER, RUN_READ, campaigns_list,
	  .query = &campaign_list_query, .doc = "Campaigns, newest first" },
	{ "POST", PARTNER "/campaigns", SCOPE_PARTNER, RUN_WRITE, campaigns_create,
	  .body = &campaign_create_body, .doc = "Create a campaign" },
	{ "GET", PARTNER "/campaigns/:campaignId", SCOPE_PARTNER, RUN_READ, campaigns_get,
	  .doc = "One campaign" },

	{ "PATCH", PARTNER "/campaigns/:campaignId", SCOPE_PARTNER, RUN_WRITE, campaigns_patch,
	  .body = &campaign_patch_body, .exists = campaign_exists, .doc = "Change a campaign" },
	{ "GET", PARTNER "/campaigns/:campaignId/preflight", SCOPE_PARTNER, RUN_LONG_READ, campaigns_preflight,
	  .exists = campaign_exists, .doc = "Who can be called, who cannot and why, and when the calls will be" },
	{ "GET", PARTNER "/campaigns/:campaignId/report", SCOPE_PARTNER, RUN_LONG_READ, campaigns_report,
	  .exists = campaign_exists, .doc = "How far people got, what became of each try, and the hours of the week" },

	{ "POST", PARTNER "/campaigns/:campaignId/rehearsals", SCOPE_PARTNER, RUN_LONG_READ, rehearsals_create,
	  .body = &rehearsal_body, .exists = campaign_exists, .doc = "How a campaign would go, with nobody called" },

	{ "GET", PARTNER "/campaigns/:campaignId/leads", SCOPE_PARTNER, RUN_READ, leads_list,
	  .query = &lead_list_query, .exists = campaign_exists, .takes_long = leads_list_takes_long,
	  .doc = "Candidates of a campaign and where they stand" },
	{ "POST", PARTNER "/campaigns/:campaignId/leads", SCOPE_PARTNER, RUN_WRITE, leads_add,
	  .body = &lead_add_body, .query = &lead_add_query, .max_body = LEAD_BODY_MAX, .exists = campaign_exists,
	  .forms = lead_forms, .scan = leads_scan, .only_reads = leads_only_tried, .together = true,
	  .doc = "Add candidates: JSON, CSV or NDJSON" },
	{ "POST", ADMIN "/campaigns/:campaignId/leads", SCOPE_ADMIN, RUN_WRITE, leads_add,
	  .body = &lead_admin_body, .query = &lead_add_query, .max_body = LEAD_BODY_MAX, .exists = campaign_exists,
	  .forms = lead_forms, .only_reads = leads_only_tried, .together = true,
	  .doc = "Add candidates, each with the consent they gave: JSON, CSV or NDJSON" },
	{ "GET", PARTNER "/campaigns/:campaignId/leads/:leadId", SCOPE_PARTNER, RUN_READ, leads_get,
	  .doc = "One candidate: every attempt, and the next call" },
	{ "GET", PARTNER "/campaigns/:campaignId/leads/:leadId/next-call", SCOPE_PARTNER, RUN_READ, leads_next_call,
	  .doc = "Whether the candidate can be called, when, and if not, why" },
	{ "DELETE", PARTNER "/campaigns/:campaignId/leads/:leadId", SCOPE_PARTNER, RUN_WRITE, leads_remove,
	  .doc = "Remove a candidate" },

	{ "GET", PARTNER "/campaigns/:campaignId/prompts/*name", SCOPE_PARTNER, RUN_LONG_READ, prompts_get_wav,
	  .exists = prompt_exists, .doc = "A message as people will hear it: a WAV file" },
	{ "GET", ADMIN "/campaigns/:campaignId/prompts/*name", SCOPE_ADMIN, RUN_LONG_READ, prompts_get_wav,
	  .exists = prompt_exists, .doc = "A message as people will hear it: a WAV file" },
	{ "PUT", ADMIN "/campaigns/:campaignId/prompts/*name", SCOPE_ADMIN, RUN_WRITE, prompts_put,
	  .body_kind = BODY_JSON, .forms = prompt_forms, .max_body = PROMPT_BODY_MAX, .exists = prompt_exists,
	  .doc = "A recording to be played instead of being spoken: a WAV file" },
};

const size_t routes_count = sizeof(routes) / sizeof(routes[0]);
