"""HTML that readers may show."""

import pytest

from mkt_blog.feeds.content import feed_html

BASE = "https://example.com/blog/post/"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # Addresses.
        ('<a href="/a/">a</a>', '<a href="https://example.com/a/">a</a>'),
        ('<a href="b/?x=1&amp;y=2">b</a>', f'<a href="{BASE}b/?x=1&amp;y=2">b</a>'),
        ('<a href="#c">c</a>', f'<a href="{BASE}#c">c</a>'),
        ('<a href="//cdn.example/d">d</a>', '<a href="https://cdn.example/d">d</a>'),
        ('<a href="mailto:a@b.c">e</a>', '<a href="mailto:a@b.c">e</a>'),
        ('<a href=" javascript:alert(1)">f</a>', "<a>f</a>"),
        ('<a href="java\tscript:alert(1)">g</a>', "<a>g</a>"),
        ('<a href="http://[">h</a>', "<a>h</a>"),
        (
            '<img src="/i.jpg" alt="" srcset="/i.jpg 1x, //x/j,k 2x">',
            '<img src="https://example.com/i.jpg" alt="" srcset="https://example.com/i.jpg 1x, https://x/j,k 2x">',
        ),
        ('<img src="data:text/html,x">', ""),
        (
            '<video poster="/p.jpg" src="/v.mp4" controls autoplay></video>',
            '<video poster="https://example.com/p.jpg" src="https://example.com/v.mp4" controls=""></video>',
        ),
        # What runs, and what only makes sense on the page.
        ("a<script>alert('</p>')</script>b<style>p{}</style>", "ab"),
        ('<p onclick="x()" style="color:red" class="y" data-z="1">a</p>', "<p>a</p>"),
        ("<form><p>a</p><input><button>b</button></form>c", "c"),
        ("<svg><a><script>x</script></a><circle/></svg>a", "a"),
        ('<span aria-hidden="true">x<b>y</b></span>a', "a"),
        ('<h2 id="b">B <a class="mkt-permalink" href="#b">#</a></h2>', '<h2 id="b">B </h2>'),
        ('<p hidden>x</p><span class="visually-hidden">y</span>a', "a"),
        (
            '<iframe src="//v.example/1" allow="camera" srcdoc="x">f</iframe>',
            '<iframe src="https://v.example/1" sandbox="allow-scripts allow-popups">f</iframe>',
        ),
        ("<iframe srcdoc='<script>'></iframe>a", "a"),
        # Code is text.
        (
            '<pre class="highlight"><code><span class="k">if</span> a &lt; b:\n\n\n  c</code></pre>',
            "<pre><code>if a &lt; b:\n\n\n  c</code></pre>",
        ),
        # What nobody has closed, or opened.
        ("<p>a<div>b</div>c", "<p>a</p><div>b</div>c"),
        ("<b><i>a</b>b</i></p>", "<b><i>a</i></b>b"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        (
            "<table><tr><td>a<td>b<tr><td>c</table>",
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        ),
        ("<custom-element>a</custom-element>", "a"),
        ("a<!-- <b> -->b<!doctype html>c<?php x ?>d", "abcd"),
        ("a < b && c &copy; &lt;script&gt;", "a &lt; b &amp;&amp; c © &lt;script&gt;"),
        ("<p>a</p>\n\n  \n<p>b</p>", "<p>a</p>\n<p>b</p>"),
        ('<p title="&quot;><script>">a</p>', '<p title="&quot;&gt;&lt;script&gt;">a</p>'),
        ("", ""),
    ],
)
def test_is_clean_complete_and_absolute(given, expected):
    assert feed_html(given, BASE) == expected
    # And so it stays.
    assert feed_html(expected, BASE) == expected
