"""what an upload announced"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('upload') as table:
        table.add_column(sa.Column('announced', sa.String(length=8192), nullable=False, server_default=''))
    with op.batch_alter_table('upload') as table:
        table.alter_column('announced', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('upload') as table:
        table.drop_column('announced')
