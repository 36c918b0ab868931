"""What people write becomes HTML that does no harm, and no text stops the blog."""

import re
from pathlib import Path

import pytest

import markup
from markup import comment_html, to_html
from xss_test_data import PAYLOADS, Judge

# Markdown


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('# 标题', '<h1>标题</h1>'),
        ('你好*强调*和**加粗** 😀', '<p>你好<em>强调</em>和<strong>加粗</strong> 😀</p>'),
        ('~~gone~~', '<p><s>gone</s></p>'),
        ('snake_case_word and __init__', '<p>snake_case_word and __init__</p>'),
        ('`a < b`', '<p><code>a &lt; b</code></p>'),
        ('one  \ntwo', '<p>one<br>\ntwo</p>'),
        ('A list:\n- one\n- two', '<li>one</li>\n<li>two</li>'),
        ('3. three', '<ol start="3">'),
        ('> said', '<blockquote>'),
        ('```\nif a < b:\n```', '<pre><code>if a &lt; b:\n</code></pre>'),
        ('| a |\n|--:|\n| 1 |', '<td align="right">1</td>'),
        ('![cat](/static/cat.png "Tom")', '<img src="/static/cat.png" alt="cat" title="Tom">'),
        ('[a](/blog/1)', '<a href="/blog/1" rel="nofollow noopener">a</a>'),
        ('[a](https://example.com/?b=c&d=(e))', '<a href="https://example.com/?b=c&amp;d=(e)"'),
        ('<me@example.com>', '<a href="mailto:me@example.com" rel="nofollow noopener">'),
    ],
)
def test_markdown_becomes_html(text, html):
    assert html in to_html(text)


def test_code_is_highlighted_by_classes():
    html = to_html('```python\ndef f(): pass  # 注释\n```')
    assert '<div class="highlight">\n<pre>' in html
    assert '<span class="k">def</span>' in html
    assert '<span class="c1"># 注释</span>' in html


def test_a_footnote_and_its_mark_lead_to_each_other():
    html = to_html('Really?[^1]\n\n[^1]: Yes.')
    assert '<sup id="fnref-1"><a href="#fn-1"' in html
    assert '<li id="fn-1">' in html
    assert '<a href="#fnref-1"' in html


# Comments


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('', ''),
        ('one\n\n \r\ntwo', '<p>one</p>\n<p>two</p>'),
        ('**no** <b>Markdown</b>', '<p>**no** &lt;b&gt;Markdown&lt;/b&gt;</p>'),
        ('javascript:alert(1) ftp://x http://', '<p>javascript:alert(1) ftp://x http://</p>'),
    ],
)
def test_a_comment_is_plain_text_in_paragraphs(text, html):
    assert comment_html(text) == html


@pytest.mark.parametrize(
    ('text', 'url'),
    [
        ('https://example.com', 'https://example.com'),
        ('See HTTP://example.com/a.', 'HTTP://example.com/a'),
        ('(see https://example.com/a_(b)?c#d)!', 'https://example.com/a_(b)?c#d'),
        ('[https://example.com/]...', 'https://example.com/'),
        ('请看https://example.com/a。谢谢', 'https://example.com/a'),
        ('"https://example.com/"onclick="x"', 'https://example.com/'),
        ("'https://example.com/'?", 'https://example.com/'),
        ('<https://example.com/a>', 'https://example.com/a'),
        ('**https://example.com/**', 'https://example.com/'),
    ],
)
def test_a_url_in_a_comment_is_a_link(text, url):
    assert f'<a href="{url}" rel="nofollow noopener">{url}</a>' in comment_html(text)


def test_an_ampersand_in_a_link_is_escaped_once():
    assert comment_html('https://example.com/?a=1&b=2').count('?a=1&amp;b=2') == 2


@pytest.mark.slow
@pytest.mark.parametrize('part', ['https://a(', 'https://a.', 'https://', '()', ".'", '(https://a'])
def test_no_comment_takes_long(part):
    text = 'https://a' + part * 5000
    assert Judge(comment_html(text)).objections == []


# What does harm


@pytest.mark.parametrize('payload', PAYLOADS)
def test_no_post_does_harm(payload):
    assert Judge(to_html(payload)).objections == []
    assert Judge(to_html(f'words\n\n{payload}\n\n| {payload} |\n|--|\n')).objections == []


def test_no_comment_does_harm():
    assert Judge(comment_html('\n'.join(PAYLOADS))).objections == []


def test_what_is_harmless_in_a_harmful_text_stays():
    html = to_html('before <b onclick="alert(1)">bold</b> [link](javascript:x) after')
    assert html.strip() == '<p>before bold <a rel="nofollow noopener">link</a> after</p>'


# The colours of code


def luminance(colour):
    shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(*colours):
    dark, light = sorted(map(luminance, colours))
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_of_code_can_be_read():
    static = Path(markup.__file__).with_name('static')
    tints = re.search(
        r'--tint: light-dark\((#\w{6}), (#\w{6})\)', (static / 'blog.css').read_text()
    )
    halves = (static / 'highlight.css').read_text().split('@media')
    for tint, css in zip(tints.groups(), halves, strict=True):
        colours = re.findall(r'#\w{6}', css)
        assert len(colours) > 5
        assert min(contrast(tint, colour) for colour in colours) >= 4.5
