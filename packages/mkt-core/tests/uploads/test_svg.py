import sys

from . import threats


def test_is_refused_without_the_extra(editor, monkeypatch):
    monkeypatch.setitem(sys.modules, "py_svg_hush", None)

    message = editor.upload("image", "logo.svg", threats.SVG % threats.RECT)

    assert "mkt-core[svg]" in message
    assert editor.stored() == []
