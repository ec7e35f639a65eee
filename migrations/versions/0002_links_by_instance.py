"""links by instance"""

import sqlalchemy as sa
from alembic import op

from mdt.kernel.clock import new_id

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

SHOW = "INSERT INTO shown_instance (link_id, instance_id, batch_id)"
DROPS = """
    FROM batch b
    JOIN batch_file f ON f.batch_id = b.id AND f.state IN ('stored', 'warning', 'duplicate')
    JOIN instance i ON i.sha256 = f.sha256 AND i.hospital_id = b.hospital_id
    JOIN series s ON s.id = i.series_id
"""
STANDS = "b.state <> 'undone'"
NOWHERE = "NOT EXISTS (SELECT 1 FROM shown_instance x WHERE x.batch_id = b.id AND x.instance_id = i.id)"


def upgrade() -> None:
    """What a drop brought is shown where the drop belongs; a study that a person linked is shown as it is; what was
    dropped on nothing, or unlinked since, is on its sender's pile."""
    connection = op.get_bind()
    by_hand = list(connection.execute(sa.text("SELECT id FROM study_link WHERE batch_id IS NULL")).scalars())
    with op.batch_alter_table('study_link') as table:  # before rows point at it: SQLite makes the table anew
        table.add_column(sa.Column('instance_count', sa.Integer(), nullable=False, server_default='0'))
        table.drop_constraint('fk_study_link_batch_id_batch', type_='foreignkey')
        table.drop_column('batch_id')
    with op.batch_alter_table('study_link') as table:
        table.alter_column('instance_count', server_default=None)
    op.create_table('shown_instance',
    sa.Column('link_id', sa.String(length=36), nullable=False),
    sa.Column('instance_id', sa.String(length=36), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['instance.id'], name=op.f('fk_shown_instance_instance_id_instance')),
    sa.ForeignKeyConstraint(['link_id'], ['study_link.id'], name=op.f('fk_shown_instance_link_id_study_link')),
    sa.PrimaryKeyConstraint('link_id', 'instance_id', 'batch_id', name=op.f('pk_shown_instance'))
    )
    op.create_index('ix_shown_instance_instance', 'shown_instance', ['instance_id'], unique=False)
    op.create_index('ix_shown_instance_batch', 'shown_instance', ['batch_id'], unique=False)
    _show_drops("l.subject_kind = b.subject_kind AND l.subject_id = b.subject_id")
    for link_id in by_hand:
        connection.execute(
            sa.text(f"{SHOW} SELECT l.id, i.id, '' FROM study_link l JOIN series s ON s.study_id = l.study_id "
                    "JOIN instance i ON i.series_id = s.id WHERE l.id = :id"), {"id": link_id})
    _make_piles(connection)
    _show_drops("l.subject_kind = 'person' AND l.subject_id = b.person_id")
    op.execute("UPDATE study_link SET instance_count = (SELECT count(DISTINCT x.instance_id) FROM shown_instance x "
               "WHERE x.link_id = study_link.id)")
    op.execute("DELETE FROM study_link WHERE instance_count = 0")


def _show_drops(link: str) -> None:
    """Each file of a standing drop that is shown nowhere yet, with the link of its study that `link` describes."""
    op.execute(f"{SHOW} SELECT DISTINCT l.id, i.id, b.id {DROPS} JOIN study_link l ON l.study_id = s.study_id "
               f"AND {link} WHERE {STANDS} AND {NOWHERE}")


def _make_piles(connection: sa.Connection) -> None:
    left = sa.text(f"SELECT s.study_id, b.person_id, min(b.created_at) {DROPS} WHERE {STANDS} AND {NOWHERE} "
                   "GROUP BY s.study_id, b.person_id")
    pile = sa.text("INSERT INTO study_link (id, subject_kind, subject_id, study_id, instance_count, is_prior, "
                   "linked_by, linked_at) VALUES (:id, 'person', :person, :study, 0, :prior, :person, :at)")
    for study_id, person_id, at in connection.execute(left).all():
        facts = {"id": new_id(), "person": person_id, "study": study_id, "prior": False, "at": at}
        connection.execute(pile, facts)


def downgrade() -> None:
    """A link is of the whole study again."""
    op.drop_index('ix_shown_instance_batch', table_name='shown_instance')
    op.drop_index('ix_shown_instance_instance', table_name='shown_instance')
    op.drop_table('shown_instance')
    op.execute("DELETE FROM study_link WHERE subject_kind = 'person'")
    with op.batch_alter_table('study_link') as table:
        table.add_column(sa.Column('batch_id', sa.String(length=36), nullable=True))
        table.create_foreign_key('fk_study_link_batch_id_batch', 'batch', ['batch_id'], ['id'])
        table.drop_column('instance_count')
