-- wrk: POST one lead a request, each person new. Arguments: key, campaign, a tag that no other run had.
local n, tag, path, headers = 0, "", "", {}

function init(args)
  tag = args[3]
  path = "/v1/partner/campaigns/" .. args[2] .. "/leads"
  headers = { ["Authorization"] = "Bearer " .. args[1], ["Content-Type"] = "application/json" }
end

function request()
  n = n + 1
  local body = string.format(
    '{"leads":[{"email":"p%d.%s@example.com","firstName":"Ada","lastName":"Lovelace %d","phoneNumber":"+1312%07d"}]}',
    n, tag, n, tonumber(tag) * 500000 % 8000000 + 2000000 + n % 500000)
  return wrk.format("POST", path, headers, body)
end


-- wrk prints latencies rounded; this is what bench/run reads.
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.errors.status + summary.errors.read + summary.errors.timeout))
end
