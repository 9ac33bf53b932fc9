"""Channels beside Slack: what events.yaml says of them, since when each rule names them, and until when a
delivery's key keeps a repeat from being a second message. What is stored of messages stays as it is.

Revision 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("window_until", TEXT))
    op.create_table(
        "named_channels",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("spec", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_named_channels")),
    )
    op.create_table(
        "rule_channels",
        sa.Column("type", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("known_since", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("type", "rule", "channel", name=op.f("pk_rule_channels")),
    )
