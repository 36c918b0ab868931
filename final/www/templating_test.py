"""What the templates can say: how long ago something was."""

import time

import pytest

from templating import ago, iso

DAY = 86_400


@pytest.mark.parametrize(
    ('seconds', 'words'),
    [
        (-5, 'just now'),
        (0, 'just now'),
        (59, 'just now'),
        (61, '1 minute ago'),
        (12 * 60 + 1, '12 minutes ago'),
        (3601, '1 hour ago'),
        (23 * 3600 + 1, '23 hours ago'),
        (DAY + 1, '1 day ago'),
        (7 * DAY - 1, '6 days ago'),
    ],
)
def test_a_time_is_told_as_people_do(seconds, words):
    assert f'>{words}</time>' in ago(time.time() - seconds)


def test_what_is_a_week_old_has_a_date():
    assert '>14 November 2023</time>' in ago(1_700_000_000)


def test_the_exact_time_is_there_for_programs_and_for_the_mouse():
    assert ago(1_700_000_000).startswith(
        '<time datetime="2023-11-14T22:13:20Z" title="14 November 2023, 22:13 UTC">'
    )
    assert iso(0) == '1970-01-01T00:00:00Z'
