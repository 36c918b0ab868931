"""The numbers and the log in README.md are those of the programs."""

from tools.stages import ROOT, STAGES, lines

README = ROOT.joinpath('README.md').read_text(encoding='utf-8')


def test_the_table_has_each_stage_with_its_idea_and_its_lines():
    rows = [
        f'| [{stage.name}]({stage.name}) | {stage.idea} | {added} | {total} |'
        for stage, (added, total) in zip(STAGES, lines(), strict=True)
    ]
    assert rows == [row.replace('`', '') for row in README.splitlines() if row.startswith('| [')]


def test_the_log_is_the_transcript_of_day05():
    transcript = ROOT.joinpath('day05_middleware/www/transcript.txt').read_text(encoding='utf-8')
    assert f'```\n{transcript}```\n' in README
