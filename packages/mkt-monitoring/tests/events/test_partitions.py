"""A day's partition on PostgreSQL."""

from datetime import date

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has partitions"),
]


def test_comes_and_goes_without_emptying_the_response_cache():
    # It forgets everything when it sees that tables change.
    from mkt_monitoring.events.storage import postgresql

    seen = []

    def look(execute, sql, params, many, context):
        seen.append(str(sql))
        return execute(sql, params, many, context)

    def days():
        return {day for _, day in postgresql.partitions(connection)}

    with connection.execute_wrapper(look):
        postgresql.ensure_partitions(connection, ["1999-05-06"])
        assert date(1999, 5, 6) in days()
        postgresql.drop_partitions(connection, date(1999, 5, 7))
        assert date(1999, 5, 6) not in days()
    assert not [sql for sql in seen if sql.startswith(("CREATE", "DROP"))]
