"""What happens atomically on the Redis server.

``KEYS[1]`` is a hash with the store's generation ``g`` and its sequence number ``n``. A generation is a random word,
made whenever there is none (a new or a flushed server, an evicted key): all other keys contain it, so that nothing of
another generation is ever found and the sequence may begin again at 1. Below ``ARGV[2]``, all keys share the hash tag
of ``KEYS[1]`` and hence its cluster slot:

- ``<g>:v:<tag>`` the sequence number of the last bump of the tag;
- ``<g>:e:<key>`` a response: ``s`` the moment it is known to be right for, ``t`` its tags, ``b:<encoding>`` the bytes;
- ``<g>:l:<key>`` a lease.

Counters are of no generation, so that they outlive a purge: ``c:<hour>``, a hash.
"""

from __future__ import annotations

#: The generation lives this long after its last use. Longer than any entry may: what expires makes entries unusable,
#: never usable.
LIFE_SECONDS = 8 * 24 * 3600
#: A tag lives so much longer than the entry with the longest life that is made of it. No longer, since every address
#: that leads nowhere brings tags of its own.
TAG_MARGIN_SECONDS = 1
#: Counters of an hour are kept so long.
COUNTERS_SECONDS = 25 * 3600

_GENERATION = f"""
local state = redis.call('HMGET', KEYS[1], 'g', 'n')
local g, n = state[1], state[2]
if not g or not n then
  g, n = ARGV[1], '1'
  redis.call('HSET', KEYS[1], 'g', g, 'n', n)
  redis.call('EXPIRE', KEYS[1], {LIFE_SECONDS})
end
local base = ARGV[2] .. g
"""

# ARGV: 3 the key, 4… the encodings. Gives the moment, a word, the bytes.
# An entry that is right now is noted to be, so that its tags are looked at only once after every bump.
LOOK_UP = (
    _GENERATION
    + """
local key = base .. ':e:' .. ARGV[3]
local moment = g .. ':' .. n
local since, bytes
for i = 4, #ARGV do
  local found = redis.call('HMGET', key, 's', 'b:' .. ARGV[i])
  since, bytes = found[1], found[2]
  if bytes or not since then break end
end
if not since or not bytes then return {moment, 'absent'} end
if since ~= n then
  local tags = {}
  for tag in string.gmatch(redis.call('HGET', key, 't') or '', '%S+') do
    tags[#tags + 1] = base .. ':v:' .. tag
  end
  local limit = tonumber(since)
  if not limit or #tags == 0 then return {moment, 'changed'} end
  for first = 1, #tags, 500 do
    local last = math.min(first + 499, #tags)
    local versions = redis.call('MGET', unpack(tags, first, last))
    for i = 1, last - first + 1 do
      local version = versions[i] and tonumber(versions[i])
      if not version or version > limit then return {moment, 'changed'} end
    end
  end
  redis.call('HSET', key, 's', n)
end
return {moment, '', bytes}
"""
)

# ARGV: 3 the key, 4 the moment, 5 milliseconds to keep it, 6 tags, 7… encoding and bytes in turn.
# A tag nobody knows is made with the current number, which may be that of a bump during the render.
PUT = (
    _GENERATION
    + f"""
local since = string.match(ARGV[4], '^' .. g .. ':(%d+)$')
if not since then return 0 end
local limit, overtaken = tonumber(since), false
local life = tonumber(ARGV[5]) + {TAG_MARGIN_SECONDS * 1000}
for tag in string.gmatch(ARGV[6], '%S+') do
  local name = base .. ':v:' .. tag
  local version = redis.call('GET', name)
  if not version then
    version = n
    redis.call('SET', name, n, 'PX', life)
  elseif redis.call('PTTL', name) < life then
    redis.call('PEXPIRE', name, life)
  end
  if tonumber(version) > limit then overtaken = true end
end
redis.call('EXPIRE', KEYS[1], {LIFE_SECONDS})
if overtaken then return 0 end
local key = base .. ':e:' .. ARGV[3]
redis.call('DEL', key)
redis.call('HSET', key, 's', since, 't', ARGV[6])
for i = 7, #ARGV, 2 do
  redis.call('HSET', key, 'b:' .. ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', key, ARGV[5])
return 1
"""
)

# ARGV: 3… tags. A tag nobody knows needs no number: whatever is made of it is out of date already. One that is known
# need live no longer than before: that a tag has expired says the same of older entries as its new number.
BUMP = (
    _GENERATION
    + f"""
n = redis.call('HINCRBY', KEYS[1], 'n', 1)
redis.call('EXPIRE', KEYS[1], {LIFE_SECONDS})
for i = 3, #ARGV do
  redis.call('SET', base .. ':v:' .. ARGV[i], n, 'XX', 'KEEPTTL')
end
return 1
"""
)

# ARGV: 3 the key, 4 the token, 5 milliseconds.
LEASE = (
    _GENERATION
    + """
local key = base .. ':l:' .. ARGV[3]
if redis.call('SET', key, ARGV[4], 'NX', 'PX', ARGV[5]) then return 1 end
if redis.call('GET', key) == ARGV[4] then return 1 end
return 0
"""
)

# ARGV: 3 the key, 4 the token.
RELEASE = (
    _GENERATION
    + """
local key = base .. ':l:' .. ARGV[3]
if redis.call('GET', key) == ARGV[4] then redis.call('DEL', key) end
return 1
"""
)

CLEAR = f"""
redis.call('HSET', KEYS[1], 'g', ARGV[1], 'n', '1')
redis.call('EXPIRE', KEYS[1], {LIFE_SECONDS})
return 1
"""

# ARGV: 3 the hour, 4… name and number in turn.
ADD_COUNTS = f"""
local key = ARGV[2] .. 'c:' .. ARGV[3]
for i = 4, #ARGV, 2 do
  redis.call('HINCRBY', key, ARGV[i], ARGV[i + 1])
end
redis.call('EXPIRE', key, {COUNTERS_SECONDS})
return 1
"""

# ARGV: 3… hours. Gives names and numbers in turn for each.
COUNTS = """
local found = {}
for i = 3, #ARGV do
  found[i - 2] = redis.call('HGETALL', ARGV[2] .. 'c:' .. ARGV[i])
end
return found
"""
