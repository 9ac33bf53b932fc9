"""The ledger of alerts: what was sent, is owed or failed, and when each channel may be written to.

Revision 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("due_at", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("over_at", TEXT),
        sa.Column("event_id", TEXT),
        sa.Column("occurrence", TEXT),
        sa.Column("lead", TEXT),
        sa.Column("first_seq", sa.Integer),
        sa.Column("last_seq", sa.Integer),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("next_at", TEXT),
        sa.Column("lease", TEXT),
        sa.Column("lease_until", TEXT),
        sa.Column("started_at", TEXT),
        sa.Column("ended_at", TEXT),
        sa.Column("looked", sa.Boolean, nullable=False),
        sa.Column("message", TEXT),
        sa.Column("joined_to", TEXT),
        sa.Column("ts", TEXT),
        sa.Column("covers_seq", sa.Integer),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_state_next_at"), "deliveries", ["state", "next_at"])
    op.create_index(op.f("ix_deliveries_event_id"), "deliveries", ["event_id"])
    op.create_index(op.f("ix_deliveries_kind_rule"), "deliveries", ["kind", "rule"])
    op.create_table(
        "channels",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("next_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
    )
