import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mkt_core.uploads.names import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Résumé (final) v2.pdf", "Résumé (final) v2.pdf"),
        ("日本語.pdf", "日本語.pdf"),
        ("photo.JPG", "photo.JPG"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("e\u0301te\u0301.jpg", "été.jpg"),
        ("x.php.jpg", "x_php.jpg"),
        ("x.PhP5.gif", "x_PhP5.gif"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.jpg", "x.jpg"),
        ("photo\u202egpj.exe.jpg", "photogpj_exe.jpg"),
        ("a\0b\x07.png", "ab.png"),
        (".htaccess", "htaccess"),
        ("-rf.txt", "rf.txt"),
        ("-.jpg", "file.jpg"),
        ("~.jpg", "file.jpg"),
        ("CON.png", "_CON.png"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("a;b|c$d`e.txt", "a_b_c_d_e.txt"),
        ("x.jpg:stream", "x.jpgstream"),
        ("x.jpg. . ", "x.jpg"),
        ("  two   spaces .txt", "two spaces.txt"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_what_stays_and_what_goes(name, safe):
    assert safe_name(name) == safe


def test_length_is_counted_in_bytes_and_the_extension_stays():
    name = safe_name("é" * 200 + ".jpeg")

    assert name.endswith("é.jpeg")
    assert 95 <= len(name.encode()) <= 100


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_whatever_comes(name):
    safe = safe_name(name)

    assert safe
    assert safe_name(safe) == safe
    assert len(safe.encode()) <= 100
    assert not set(safe) & set('/\\\0\r\n"<>|:*?\u202e')
    assert not safe.startswith((".", "-", " "))
