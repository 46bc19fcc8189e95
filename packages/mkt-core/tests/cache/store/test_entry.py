import pytest

from mkt_core.cache.store import Entry, UnreadableEntry


@pytest.fixture
def entry():
    return Entry(
        status=200,
        headers=(
            ("Content-Type", "text/html; charset=utf-8"),
            ("Link", "</æ>; rel=x"),
            ("Link", "</b>"),
        ),
        body="<p>Grüße</p>".encode(),
        etag='"abc"',
        created=1000.5,
        fresh_until=1300.5,
        usable_until=4900.5,
        render_seconds=0.25,
    )


def test_an_entry_comes_back_as_it_was(entry):
    assert Entry.from_bytes(entry.to_bytes()) == entry


def test_every_cut_is_noticed(entry):
    data = entry.to_bytes()
    for length in range(len(data)):
        with pytest.raises(UnreadableEntry):
            Entry.from_bytes(data[:length])


def test_a_change_of_any_byte_in_front_of_the_body_is_noticed(entry):
    data = entry.to_bytes()
    for position in range(len(data) - len(entry.body)):
        changed = bytearray(data)
        changed[position] ^= 0x20
        with pytest.raises(UnreadableEntry):
            Entry.from_bytes(bytes(changed))


@pytest.mark.parametrize(
    "data", [b"", b"gASVCg", b"\x80\x05K\x01.", b"MKT\x00" + bytes(40), bytes(1000)]
)
def test_foreign_bytes_are_no_entry(data):
    with pytest.raises(UnreadableEntry):
        Entry.from_bytes(data)
