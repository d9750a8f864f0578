"""The schema's revisions, oldest first: known without importing Alembic, or anything else."""

REVISIONS = ("0001", "0002", "0003")

HEAD = REVISIONS[-1]
