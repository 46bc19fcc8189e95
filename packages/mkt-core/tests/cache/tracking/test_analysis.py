import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mkt_core.cache.tracking.analysis import analyse
from mkt_core.cache.tracking.statements import (
    Condition,
    Insert,
    Modify,
    Nothing,
    Read,
    SchemaChange,
    UncertainRead,
    UncertainWrite,
)


def only_use(sql):
    read = analyse(sql)
    assert isinstance(read, Read), read
    (use,) = read.uses
    return use


@pytest.mark.parametrize(
    ("where", "condition"),
    [
        ('"t"."id" = %s', Condition("id", "equals", (0,))),
        ('("t"."id" = %s AND "t"."x" > %s)', Condition("id", "equals", (0,))),
        ('"t"."id" IN (%s, %s)', Condition("id", "in", (0, 1))),
        ('"t"."path" BETWEEN %s AND %s AND "t"."a" IS NULL', Condition("path", "between", (0, 1))),
        ('"t"."path" LIKE %s ESCAPE \'\\\'', Condition("path", "like", (0,))),
        ('"t"."path"::text LIKE %s', Condition("path", "like", (0,))),
        ('"t"."live"', Condition("live", "equals", constant=1)),
        ('NOT "t"."live"', Condition("live", "equals", constant=0)),
    ],
)
def test_conditions(where, condition):
    assert only_use(f'SELECT "t"."id" FROM "t" WHERE {where}').conditions[0] == condition


@pytest.mark.parametrize(
    "where",
    [
        '"t"."id" = %s OR "t"."x" = %s',
        'NOT ("t"."id" = %s)',
        '"t"."id" = "t"."x"',
        'UPPER("t"."id") = %s',
        '"t"."id" > %s',
        '"t"."id" IN (SELECT "u"."x" FROM "u")',
        '(("t"."id" = %s) = %s)',
    ],
)
def test_what_does_not_hold_for_all_rows_is_no_condition(where):
    read = analyse(f'SELECT "t"."id" FROM "t" WHERE {where}')
    assert isinstance(read, Read)
    assert read.uses[0].conditions == []


def test_parameters_are_counted_across_the_statement():
    use = only_use('SELECT %s AS "a" FROM "t" WHERE ("t"."x" = %s AND "t"."id" = %s) LIMIT 1')
    assert use.conditions == [
        Condition("x", "equals", (1,)),
        Condition("id", "equals", (2,)),
    ]


def test_selected_and_mentioned_columns_are_told_apart():
    use = only_use(
        'SELECT "t"."id", "t"."a" AS "b", LOWER("t"."c") AS "d" FROM "t" WHERE "t"."e" > %s ORDER BY "t"."f" DESC'
    )
    assert use.selected == {"id"}
    assert use.mentioned == {"a", "c", "e"}
    assert use.ordered == {"f"}


def test_the_order_decides_where_not_all_rows_come():
    use = only_use('SELECT "t"."id" FROM "t" ORDER BY "t"."f" DESC LIMIT 2')
    assert (use.mentioned, use.ordered) == ({"f"}, set())


@pytest.mark.parametrize("key", ["2", '"b"'])
def test_sorting_by_an_output_mentions_its_column(key):
    use = only_use(f'SELECT "t"."id", "t"."a" AS "b" FROM "t" ORDER BY {key} ASC')
    assert use.mentioned == {"a"}


def test_subqueries_and_aliases():
    read = analyse(
        'SELECT "t"."id", EXISTS(SELECT %s AS "a" FROM "t" "U0" WHERE ("U0"."x" AND "U0"."y" = ("t"."z"))'
        ' LIMIT 1) AS "e" FROM "t"'
    )
    outer = next(use for use in read.uses if use.alias == "t")
    inner = next(use for use in read.uses if use.alias == "U0")
    assert (outer.mentioned, inner.mentioned) == ({"z"}, {"x", "y"})
    assert outer.is_outermost
    assert not inner.is_outermost


def test_joins_link_both_sides():
    read = analyse('SELECT "a"."id" FROM "a" LEFT OUTER JOIN "b" ON ("a"."b_id" = "b"."id")')
    a, b = read.uses
    assert [(link.column, link.other, link.is_dependent) for link in a.links] == [
        ("b_id", "b", False)
    ]
    assert [(link.column, link.other, link.is_dependent) for link in b.links] == [("id", "a", True)]


def test_unions_make_no_instances():
    read = analyse(
        '(SELECT "t"."a" AS "col1" FROM "t" WHERE "t"."b" = %s) UNION (SELECT "t"."a" AS "col1" FROM "t")'
        ' ORDER BY "col1" ASC'
    )
    assert [use.table for use in read.uses] == ["t", "t"]
    assert not any(use.is_outermost for use in read.uses)


def test_subquery_in_from():
    use = only_use(
        'SELECT MAX("__col1") FROM (SELECT "t"."a" AS "__col1" FROM "t" ORDER BY "t"."p" ASC LIMIT 2) subquery'
    )
    assert (use.selected, use.mentioned) == (set(), {"a", "p"})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT price FROM t",
        'SELECT "price" FROM "t"',
        'SELECT MAX("price") AS "price" FROM "t"',
        'SELECT * FROM "t"',
        'SELECT "t".* FROM "t"',
        'SELECT "a"."id" FROM "public"."t" "a"',
        'WITH x AS (SELECT 1 FROM "t") SELECT * FROM x',
        'SELECT "t"."id" FROM "t" JOIN "u" USING ("id")',
    ],
)
def test_sql_written_by_hand_is_read_coarsely(sql):
    read = analyse(sql)
    assert isinstance(read, UncertainRead)
    assert "t" in read.names


def test_inserts():
    assert analyse(
        'INSERT INTO "t" ("a", "b") VALUES (%s, %s), (%s, NOW()) RETURNING "t"."id"'
    ) == Insert("t", ("a", "b"), ((0, 1), (2, None)))
    assert analyse('INSERT INTO "t" ("a") SELECT * FROM UNNEST((%s)::varchar[])') == Insert(
        "t", ("a",), ((0,),), is_columnar=True
    )
    assert analyse('INSERT INTO "t" ("a") VALUES (%s) ON CONFLICT DO NOTHING').is_conditional
    assert analyse('INSERT OR IGNORE INTO "t" ("a") VALUES (%s)').is_conditional


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('INSERT OR IGNORE INTO "t" ("a") VALUES (%s)', True),
        ('INSERT OR REPLACE INTO "t" ("a") VALUES (%s)', False),
        ('INSERT INTO "t" ("a") VALUES (%s) ON CONFLICT DO NOTHING', True),
        ('INSERT INTO "t" ("a") VALUES (%s) ON CONFLICT("a") DO UPDATE SET "a" = %s', False),
        ('INSERT INTO "t" ("a") VALUES (%s)', False),
    ],
)
def test_an_insert_that_leaves_alone_what_is_there(sql, expected):
    assert analyse(sql).is_ignoring is expected


def test_updates_and_deletes():
    assert analyse(
        'UPDATE "t" SET "a" = CASE WHEN ("t"."id" = %s) THEN %s ELSE NULL END, "b" = %s WHERE "t"."id" IN (%s, %s)'
    ) == Modify("t", ("a", "b"), '"t"."id" IN (%s, %s)', 3, 5, is_delete=False)
    assert analyse('DELETE FROM "t" WHERE "t"."x" = %s RETURNING "t"."id"') == Modify(
        "t", (), '"t"."x" = %s', 0, 1, is_delete=True
    )
    assert analyse('DELETE FROM "t";') == Modify("t", (), "", 0, 0, is_delete=True)
    assert analyse("UPDATE t SET numchild=numchild+1 WHERE path=%s").columns == ("numchild",)


@pytest.mark.parametrize(
    "sql",
    [
        'UPDATE "t" SET "a" = "u"."a" FROM "u" WHERE "u"."id" = "t"."id"',
        'UPDATE "t" AS "x" SET "a" = 1',
        'INSERT INTO "t" SELECT * FROM "u"',
        'DELETE FROM "t" USING "u"',
        'WITH x AS (DELETE FROM "t" RETURNING *) SELECT * FROM x',
        'MERGE INTO "t" USING "u" ON 1=1',
        'REPLACE INTO "t" VALUES (1)',
        'SELECT 1; DELETE FROM "t"',
    ],
)
def test_unusual_writes_name_their_tables(sql):
    write = analyse(sql)
    assert isinstance(write, UncertainWrite)
    assert "t" in write.names | write.tables


@pytest.mark.parametrize("sql", ["", "BEGIN", 'SAVEPOINT "s1"', "PRAGMA foreign_keys", "SET x = 1"])
def test_what_touches_no_rows(sql):
    assert analyse(sql) == Nothing()


@pytest.mark.parametrize(
    "sql", ['TRUNCATE "t"', "ALTER TABLE t ADD x", 'SELECT "t"."a" INTO u FROM "t"']
)
def test_schema_changes(sql):
    assert analyse(sql) == SchemaChange()


WORD_LIST = """
    SELECT UPDATE INSERT INTO DELETE FROM WHERE SET ( ) , "t" . "a" = %s AND NOT ON JOIN ORDER BY 1 'x'
    UNION AS * VALUES IN ;
"""
WORDS = WORD_LIST.split()


@settings(derandomize=True, database=None, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_no_text_breaks_it(words):
    analyse(" ".join(words))


def test_the_aliases_of_subqueries_are_not_quoted():
    read = analyse(
        'SELECT "t"."id" FROM "t" WHERE "t"."id" IN (SELECT U0."t_id" FROM "u" U0'
        ' INNER JOIN "v" U1 ON (U0."id" = U1."u_id") WHERE U1."w" = %s)'
    )
    assert {use.table: (use.selected, use.mentioned) for use in read.uses} == {
        "t": ({"id"}, {"id"}),
        "u": ({"t_id"}, {"id"}),
        "v": (set(), {"u_id", "w"}),
    }


def test_no_schema_is_taken_for_an_alias():
    read = analyse('SELECT T1."t"."id" FROM T1."t"')
    assert isinstance(read, UncertainRead)
    assert "t" in read.names
