"""Fields of the Elastic Common Schema 8.11 that our lines may have, with their types, and the values it allows."""

TYPES = {
    "@timestamp": "date",
    "client.ip": "ip",
    "ecs.version": "keyword",
    "error.message": "match_only_text",
    "error.stack_trace": "wildcard",
    "error.type": "keyword",
    "event.action": "keyword",
    "event.category": "keyword[]",
    "event.duration": "long",
    "event.kind": "keyword",
    "event.outcome": "keyword",
    "event.reason": "keyword",
    "event.type": "keyword[]",
    "http.request.id": "keyword",
    "http.request.method": "keyword",
    "http.response.body.bytes": "long",
    "http.response.status_code": "long",
    "labels": "object",
    "log.level": "keyword",
    "log.logger": "keyword",
    "message": "match_only_text",
    "process.pid": "long",
    "service.environment": "keyword",
    "service.name": "keyword",
    "span.id": "keyword",
    "trace.id": "keyword",
    "url.path": "wildcard",
    "user.hash": "keyword",
}
ALLOWED = {
    "event.kind": {"alert", "asset", "enrichment", "event", "metric", "state", "signal"},
    "event.category": {
        *("api", "authentication", "configuration", "database", "driver", "email", "file"),
        *("host", "iam", "intrusion_detection", "library", "malware", "network", "package"),
        *("process", "registry", "session", "threat", "vulnerability", "web"),
    },
    "event.type": {
        *("access", "admin", "allowed", "change", "connection", "creation", "deletion", "denied"),
        *("device", "end", "error", "group", "indicator", "info", "installation", "protocol"),
        *("start", "user"),
    },
    "event.outcome": {"failure", "success", "unknown"},
}


def problems(line):
    """What Elasticsearch would refuse, or put where nobody looks for it."""
    for name, value in line.items():
        kind = TYPES.get(name)
        if kind is None:
            yield f"{name} is no field of ECS"
        elif not _fits(kind, value):
            yield f"{name} is {value!r}, which is no {kind}"
        elif (
            name in ALLOWED
            and not {*([value] if isinstance(value, str) else value)} <= ALLOWED[name]
        ):
            yield f"{name} is {value!r}, which ECS does not allow"


def _fits(kind, value):
    if kind == "long":
        return type(value) is int and -(2**63) <= value < 2**63
    if kind == "keyword[]":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == "object":
        # ECS: no nested values, and all of them are stored as keywords.
        return isinstance(value, dict) and not any(
            isinstance(item, (dict, list)) or "." in name for name, item in value.items()
        )
    return isinstance(value, str)
