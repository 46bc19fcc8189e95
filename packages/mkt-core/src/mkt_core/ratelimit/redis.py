"""On Redis or Valkey: one round trip, and the clock of the server."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha1
from typing import Any

from redis.exceptions import NoScriptError

from ..cache.store.connections import Connection, Connections, is_broken
from ..cache.store.location import RedisLocation
from ..conf import core_settings
from . import gcra
from .counters import Charge, Counters
from .rule import Decision

# ``gcra.decide()``, for all rules of a hit at once. ARGV: microseconds per hit, tolerance and cost of each key in turn.
# Numbers stay below 2^53, so that they are exact. Gives the moment, then "allowed, kept, to wait" of each key.
_CHARGE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer, found, all = {string.format('%.0f', now)}, {}, true
for i, key in ipairs(KEYS) do
  local interval, tolerance, cost = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local stored = tonumber(redis.call('GET', key) or 0) or 0
  local start = math.min(math.max(stored, now), now + tolerance)
  local excess = start + cost * interval - now - tolerance
  if excess > 0 then all = false end
  found[i] = {stored, start, start + cost * interval, excess}
end
for i, key in ipairs(KEYS) do
  local stored, start, finish, excess = unpack(found[i])
  local kept = all and finish or start
  if kept > start or start < stored then
    redis.call('SET', key, string.format('%.0f', kept), 'PX', math.ceil((kept - now) / 1000))
  end
  answer[#answer + 1] = excess > 0 and '0' or '1'
  answer[#answer + 1] = string.format('%.0f', kept)
  answer[#answer + 1] = string.format('%.0f', math.max(excess, 0))
end
return answer
"""
_SHA = sha1(_CHARGE.encode(), usedforsecurity=False).hexdigest()


class RedisCounters(Counters):
    """Exact for any number of processes and hosts."""

    serves_any_thread = True

    def __init__(self, alias: str, location: RedisLocation) -> None:
        super().__init__(alias, location.server)
        self._prefix = location.key_prefix
        self._connections = Connections(
            location.url, location.options, core_settings.current.CACHE_SOCKET_TIMEOUT_SECONDS
        )

    def _charge(self, charges: Sequence[Charge]) -> list[Decision]:
        arguments: list[Any] = [len(charges), *[self._prefix + charge.key for charge in charges]]
        for charge in charges:
            arguments += [charge.rule.interval, charge.rule.tolerance, charge.cost]
        answer = [int(value) for value in self._run(*arguments)]
        now, rest = answer[0], iter(answer[1:])
        return [
            gcra.decision(
                charge.rule,
                allowed=allowed == 1,
                used_until=used_until,
                now=now,
                retry_after=retry_after,
            )
            for charge, allowed, used_until, retry_after in zip(
                charges, rest, rest, rest, strict=True
            )
        ]

    def _forget(self, keys: Sequence[str]) -> None:
        self._with_connection(
            lambda connection: connection.ask("DEL", *[self._prefix + key for key in keys])
        )

    def _ping(self) -> None:
        self._connections.close()
        self._connections.give_back(self._connections.connect())

    def _disconnect(self) -> None:
        self._connections.close()

    def _run(self, *arguments: Any) -> Any:
        def ask(connection: Connection) -> Any:
            try:
                return connection.ask("EVALSHA", _SHA, *arguments)
            except NoScriptError:
                return connection.ask("EVAL", _CHARGE, *arguments)

        return self._with_connection(ask)

    def _with_connection(self, action: Any) -> Any:
        connection, was_used = self._connections.take()
        try:
            return self._used(connection, action)
        except Exception as error:
            if not (was_used and is_broken(error)):
                raise
        # The other idle ones are as old. At worst the hit is counted twice.
        self._connections.close()
        return self._used(self._connections.connect(), action)

    def _used(self, connection: Connection, action: Any) -> Any:
        try:
            answer = action(connection)
        except BaseException:
            # Half an answer may still be on its way.
            connection.raw.disconnect()
            raise
        self._connections.give_back(connection)
        return answer
