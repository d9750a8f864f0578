"""The conversations of `tests.conversations`, word for word, held in Slack.

Each module here takes its tests from the one of the same name there; `conftest` has the town that they happen in.
"""
