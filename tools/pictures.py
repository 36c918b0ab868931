"""Makes the pictures of the README anew: the home page of the finished blog, light and dark.

    .venv/bin/python -m tools.pictures

It needs what `course.py test --browser` has installed, and Chromium.
"""

from playwright.sync_api import sync_playwright

from tools.chromium import ARGUMENTS, find_browser
from tools.program import Program
from tools.stages import ROOT


def main():
    """Start the blog on an empty database, and photograph it as a visitor sees it."""
    blog = Program(ROOT / 'final' / 'www', 'sqlite:///:memory:')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        for scheme in ('light', 'dark'):
            page = browser.new_page(viewport={'width': 1000, 'height': 640}, color_scheme=scheme)
            page.goto(f'http://127.0.0.1:{blog.port}/')
            page.screenshot(path=ROOT / 'pictures' / f'home-{scheme}.png')
    blog.close()


if __name__ == '__main__':
    main()
