"""first release"""

import sqlalchemy as sa
from alembic import op

from mdt.kernel.database import Utc
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alliance',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alliance'))
    )
    op.create_table('audit',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('person_kind', sa.String(length=10), nullable=False),
    sa.Column('session_id', sa.String(length=36), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('object_kind', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=100), nullable=False),
    sa.Column('outcome', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index('ix_audit_reading', 'audit', ['person_id', 'action', 'object_id', 'at'], unique=False)
    op.create_index('ix_audit_subject', 'audit', ['subject_kind', 'subject_id', 'id'], unique=False)
    op.create_table('event',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('body', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_index(op.f('ix_event_name'), 'event', ['name'], unique=False)
    op.create_index('ix_event_subject', 'event', ['subject_kind', 'subject_id', 'id'], unique=False)
    op.create_table('first_answer',
    sa.Column('key', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.PrimaryKeyConstraint('key', 'person_id', name=op.f('pk_first_answer'))
    )
    op.create_table('hospital',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('provincial', 'county', 'township', name='hospitalkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number_prefix', sa.String(length=8), nullable=False),
    sa.Column('parent_id', sa.String(length=36), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['hospital.id'], name=op.f('fk_hospital_parent_id_hospital')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hospital')),
    sa.UniqueConstraint('code', name=op.f('uq_hospital_code'))
    )
    op.create_table('person',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('specialty', sa.String(length=60), nullable=False),
    sa.Column('licence', sa.String(length=60), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=120), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('username', name=op.f('uq_person_username'))
    )
    op.create_table('throttle',
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('first_at', Utc(), nullable=False),
    sa.Column('until', Utc(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_throttle'))
    )
    op.create_table('work',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('payload', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('run_at', Utc(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease', sa.String(length=36), nullable=False),
    sa.Column('lease_until', Utc(), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work')),
    sa.UniqueConstraint('key', name=op.f('uq_work_key'))
    )
    op.create_index('ix_work_due', 'work', ['state', 'run_at'], unique=False)
    op.create_table('agreement',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('requesting_id', sa.String(length=36), nullable=False),
    sa.Column('invited_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('liability', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['invited_id'], ['hospital.id'], name=op.f('fk_agreement_invited_id_hospital')),
    sa.ForeignKeyConstraint(['requesting_id'], ['hospital.id'], name=op.f('fk_agreement_requesting_id_hospital')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement'))
    )
    op.create_index(op.f('ix_agreement_requesting_id'), 'agreement', ['requesting_id'], unique=False)
    op.create_table('alliance_member',
    sa.Column('alliance_id', sa.String(length=36), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_alliance_member_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_alliance_member_hospital_id_hospital')),
    sa.PrimaryKeyConstraint('alliance_id', 'hospital_id', name=op.f('pk_alliance_member'))
    )
    op.create_index(op.f('ix_alliance_member_hospital_id'), 'alliance_member', ['hospital_id'], unique=False)
    op.create_table('api_token',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('scopes', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.Column('revoked_at', Utc(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_api_token_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_index(op.f('ix_api_token_person_id'), 'api_token', ['person_id'], unique=False)
    op.create_table('join_link',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('expires_at', Utc(), nullable=False),
    sa.Column('used_at', Utc(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_join_link_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_join_link_token_hash'))
    )
    op.create_index(op.f('ix_join_link_person_id'), 'join_link', ['person_id'], unique=False)
    op.create_table('membership',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('department', sa.String(length=60), nullable=False),
    sa.Column('roles', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_membership_hospital_id_hospital')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('person_id', 'hospital_id', name=op.f('uq_membership_person_id_hospital_id'))
    )
    op.create_index('ix_membership_hospital', 'membership', ['hospital_id'], unique=False)
    op.create_table('session',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('started_at', Utc(), nullable=False),
    sa.Column('proved_at', Utc(), nullable=False),
    sa.Column('seen_at', Utc(), nullable=False),
    sa.Column('ended_at', Utc(), nullable=True),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_session_token_hash'))
    )
    op.create_index(op.f('ix_session_person_id'), 'session', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_session_person_id'), table_name='session')
    op.drop_table('session')
    op.drop_index('ix_membership_hospital', table_name='membership')
    op.drop_table('membership')
    op.drop_index(op.f('ix_join_link_person_id'), table_name='join_link')
    op.drop_table('join_link')
    op.drop_index(op.f('ix_api_token_person_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_index(op.f('ix_alliance_member_hospital_id'), table_name='alliance_member')
    op.drop_table('alliance_member')
    op.drop_index(op.f('ix_agreement_requesting_id'), table_name='agreement')
    op.drop_table('agreement')
    op.drop_index('ix_work_due', table_name='work')
    op.drop_table('work')
    op.drop_table('throttle')
    op.drop_table('person')
    op.drop_table('hospital')
    op.drop_table('first_answer')
    op.drop_index('ix_event_subject', table_name='event')
    op.drop_index(op.f('ix_event_name'), table_name='event')
    op.drop_table('event')
    op.drop_index('ix_audit_subject', table_name='audit')
    op.drop_index('ix_audit_reading', table_name='audit')
    op.drop_table('audit')
    op.drop_table('alliance')
