-- What shares.py says, in one step for all processes.
-- KEYS: requests (sorted by time), companies that wait (by until when), the end of a pause
-- ARGV: now, window, grace (all milliseconds), limit, company, a name for this request
local now, window, grace = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local limit, company = tonumber(ARGV[4]), ARGV[5]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now + window, '+inf')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. now)
local used = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local waiting = redis.call('ZRANGE', KEYS[2], 0, -1)
local total, companies, counts, mine = #used / 2, 0, {}, {}
local function meet(name)
  if counts[name] == nil then
    counts[name] = 0
    companies = companies + 1
  end
end
meet(company)
for i = 1, #used, 2 do
  local name = string.match(used[i], '^[^:]*')
  meet(name)
  counts[name] = counts[name] + 1
  if name == company then mine[#mine + 1] = tonumber(used[i + 1]) end
end
for _, name in ipairs(waiting) do meet(name) end
local share, free, kept, wait = math.max(1, math.floor(limit / companies)), limit - total, 0, 0
for _, name in ipairs(waiting) do
  if name ~= company then kept = kept + math.max(0, share - counts[name]) end
end
local paused_until = tonumber(redis.call('GET', KEYS[3]) or '0')
if paused_until > now then
  wait = paused_until - now
elseif free <= 0 then
  wait = tonumber(used[-free * 2 + 2]) + window - now
elseif #mine >= share and free <= kept then
  wait = mine[#mine - share + 1] + window - now
end
if wait > 0 then
  redis.call('ZADD', KEYS[2], now + wait + grace, company)
else
  redis.call('ZREM', KEYS[2], company)
  redis.call('ZADD', KEYS[1], now, company .. ':' .. ARGV[6])
end
redis.call('PEXPIRE', KEYS[1], 2 * window)
redis.call('PEXPIRE', KEYS[2], 3600000)
return wait
