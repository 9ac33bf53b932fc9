"""What the calendar that an event comes from said of it last: SEQUENCE and DTSTAMP. Of events that are
there already nothing is known; the next import tells.

Revision 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("events", sa.Column("calendar_version", TEXT))
