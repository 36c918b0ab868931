"""The exit codes of course.py, and how a command ends with one sentence."""

USAGE, ENVIRONMENT, INSTALL, PORT = 2, 3, 4, 5


class CommandError(Exception):
    """A command cannot go on: course.py prints the sentence and exits with the code."""

    def __init__(self, sentence, code=USAGE):
        super().__init__(sentence)
        self.code = code
