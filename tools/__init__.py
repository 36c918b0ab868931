"""The commands of course.py, and what the tests of the stages share."""
