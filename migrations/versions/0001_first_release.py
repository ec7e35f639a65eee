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
    op.create_table('meeting_counter',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_meeting_counter'))
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
    op.create_table('room',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('last_seq', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=36), nullable=False),
    sa.Column('chair_id', sa.String(length=36), nullable=False),
    sa.Column('leader_id', sa.String(length=36), nullable=False),
    sa.Column('moved_to', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('subject_kind', 'subject_id', name=op.f('uq_room_subject_kind_subject_id'))
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
    op.create_table('batch',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('client_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('subject_kind', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.Enum('open', 'working', 'done', 'undone', name='batchstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.Column('touched_at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_batch_hospital_id_hospital')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_batch_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch')),
    sa.UniqueConstraint('person_id', 'client_id', name=op.f('uq_batch_person_id_client_id'))
    )
    op.create_index('ix_batch_subject', 'batch', ['subject_kind', 'subject_id'], unique=False)
    op.create_table('case',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('department', sa.String(length=60), nullable=False),
    sa.Column('requester_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'returned', 'accepted', 'declined', 'scheduled', 'discussing', 'discussed', 'concluded', 'follow_up', 'closed', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_at', Utc(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('patient_name', sa.String(length=60), nullable=False),
    sa.Column('patient_sex', sa.Enum('M', 'F', 'O', name='sex', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('patient_birth_date', sa.Date(), nullable=True),
    sa.Column('patient_age', sa.Integer(), nullable=True),
    sa.Column('patient_local_id', sa.String(length=60), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('diagnosis', sa.String(), nullable=False),
    sa.Column('urgency', sa.Enum('routine', 'urgent', 'emergency', name='urgency', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('consent_given', sa.Boolean(), nullable=False),
    sa.Column('consent_by', sa.String(length=120), nullable=False),
    sa.Column('consent_at', sa.String(length=30), nullable=False),
    sa.Column('route', sa.Enum('meeting', 'written', name='route', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('specialties', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.Column('submitted_at', Utc(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_case_hospital_id_hospital')),
    sa.ForeignKeyConstraint(['requester_id'], ['person.id'], name=op.f('fk_case_requester_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('number', name=op.f('uq_case_number'))
    )
    op.create_index('ix_case_hospital_state', 'case', ['hospital_id', 'state', 'state_at'], unique=False)
    op.create_index(op.f('ix_case_requester_id'), 'case', ['requester_id'], unique=False)
    op.create_index('ix_case_state_at', 'case', ['state', 'state_at', 'id'], unique=False)
    op.create_index('ix_case_team', 'case', ['hospital_id', 'department', 'id'], unique=False)
    op.create_table('case_number',
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_case_number_hospital_id_hospital')),
    sa.PrimaryKeyConstraint('hospital_id', 'year', name=op.f('pk_case_number'))
    )
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
    op.create_table('meeting',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('mdt', 'urgent', 'teaching', 'clinic', name='meetingkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('planned', 'live', 'ended', 'cancelled', name='meetingstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_at', Utc(), nullable=False),
    sa.Column('duration_min', sa.Integer(), nullable=False),
    sa.Column('chair_id', sa.String(length=36), nullable=False),
    sa.Column('deputy_id', sa.String(length=36), nullable=True),
    sa.Column('stand_in_id', sa.String(length=36), nullable=True),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('call_link', sa.String(length=500), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.Column('changed_at', Utc(), nullable=False),
    sa.Column('started_at', Utc(), nullable=True),
    sa.Column('ended_at', Utc(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('reminded_min', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('duration_min BETWEEN 5 AND 1440', name=op.f('ck_meeting_duration')),
    sa.CheckConstraint('quorum BETWEEN 1 AND 50', name=op.f('ck_meeting_quorum')),
    sa.ForeignKeyConstraint(['chair_id'], ['person.id'], name=op.f('fk_meeting_chair_id_person')),
    sa.ForeignKeyConstraint(['deputy_id'], ['person.id'], name=op.f('fk_meeting_deputy_id_person')),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_meeting_hospital_id_hospital')),
    sa.ForeignKeyConstraint(['stand_in_id'], ['person.id'], name=op.f('fk_meeting_stand_in_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('number', name=op.f('uq_meeting_number'))
    )
    op.create_index(op.f('ix_meeting_chair_id'), 'meeting', ['chair_id'], unique=False)
    op.create_index(op.f('ix_meeting_deputy_id'), 'meeting', ['deputy_id'], unique=False)
    op.create_index(op.f('ix_meeting_hospital_id'), 'meeting', ['hospital_id'], unique=False)
    op.create_index('ix_meeting_time', 'meeting', ['starts_at'], unique=False)
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
    op.create_table('notice',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('link', sa.String(length=200), nullable=False),
    sa.Column('params', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.Column('read_at', Utc(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index('ix_notice_inbox', 'notice', ['person_id', 'id'], unique=False)
    op.create_index('ix_notice_subject', 'notice', ['subject_kind', 'subject_id'], unique=False)
    op.create_index('ix_notice_unread', 'notice', ['person_id', 'read_at'], unique=False)
    op.create_table('room_entry',
    sa.Column('room_id', sa.String(length=36), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('client_id', sa.String(length=36), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('body', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('author_id', sa.String(length=36), nullable=False),
    sa.Column('author_name', sa.String(length=60), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.Column('item_id', sa.String(length=36), nullable=False),
    sa.Column('ref', sa.String(length=64), nullable=False),
    sa.Column('is_secret', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_entry_room_id_room')),
    sa.PrimaryKeyConstraint('room_id', 'seq', name=op.f('pk_room_entry')),
    sa.UniqueConstraint('id', name=op.f('uq_room_entry_id')),
    sa.UniqueConstraint('room_id', 'author_id', 'client_id', name=op.f('uq_room_entry_room_id_author_id_client_id'))
    )
    op.create_index('ix_room_entry_ref', 'room_entry', ['room_id', 'ref', 'type'], unique=False)
    op.create_index('ix_room_entry_type', 'room_entry', ['room_id', 'type', 'seq'], unique=False)
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
    op.create_table('study',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('study_uid', sa.String(length=64), nullable=False),
    sa.Column('date', sa.String(length=8), nullable=False),
    sa.Column('time', sa.String(length=16), nullable=False),
    sa.Column('accession', sa.String(length=64), nullable=False),
    sa.Column('study_ref', sa.String(length=64), nullable=False),
    sa.Column('description', sa.String(length=400), nullable=False),
    sa.Column('referring', sa.String(length=400), nullable=False),
    sa.Column('patient_name', sa.String(length=400), nullable=False),
    sa.Column('patient', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('modalities', sa.String(length=120), nullable=False),
    sa.Column('series_count', sa.Integer(), nullable=False),
    sa.Column('instance_count', sa.Integer(), nullable=False),
    sa.Column('uploaded_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_study_hospital_id_hospital')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.id'], name=op.f('fk_study_uploaded_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study')),
    sa.UniqueConstraint('hospital_id', 'study_uid', name=op.f('uq_study_hospital_id_study_uid'))
    )
    op.create_index('ix_study_uid', 'study', ['study_uid'], unique=False)
    op.create_table('agenda_item',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('meeting_id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('presenter_id', sa.String(length=36), nullable=True),
    sa.Column('state', sa.Enum('planned', 'running', 'finished', name='itemstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('outcome', sa.Enum('decided', 'again', 'deferred', 'not_reached', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('override_reason', sa.String(), nullable=False),
    sa.Column('missing', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('added_at', Utc(), nullable=False),
    sa.Column('started_at', Utc(), nullable=True),
    sa.Column('finished_at', Utc(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 1 AND 240', name=op.f('ck_agenda_item_minutes')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_agenda_item_case_id_case')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_item_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['presenter_id'], ['person.id'], name=op.f('fk_agenda_item_presenter_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item'))
    )
    op.create_index(op.f('ix_agenda_item_case_id'), 'agenda_item', ['case_id'], unique=False)
    op.create_index('ix_agenda_item_order', 'agenda_item', ['meeting_id', 'position'], unique=False)
    op.create_index('uq_agenda_item_open_case', 'agenda_item', ['case_id'], unique=True, sqlite_where=sa.text("state <> 'finished'"), postgresql_where=sa.text("state <> 'finished'"))
    op.create_index('uq_agenda_item_running', 'agenda_item', ['meeting_id'], unique=True, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.create_table('batch_file',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=False),
    sa.Column('archive_id', sa.String(length=36), nullable=True),
    sa.Column('name', sa.String(length=1100), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Enum('received', 'stored', 'duplicate', 'warning', 'refused', name='filestate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_archive', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('params', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('study_uid', sa.String(length=64), nullable=False),
    sa.Column('series_uid', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['archive_id'], ['batch_file.id'], name=op.f('fk_batch_file_archive_id_batch_file')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_file_batch_id_batch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_file'))
    )
    op.create_index(op.f('ix_batch_file_archive_id'), 'batch_file', ['archive_id'], unique=False)
    op.create_index('ix_batch_file_state', 'batch_file', ['batch_id', 'state'], unique=False)
    op.create_table('case_material',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.Enum('report', 'lab', 'pathology', 'consent', 'photo', name='materialkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('clean_sha256', sa.String(length=64), nullable=False),
    sa.Column('added_by', sa.String(length=36), nullable=False),
    sa.Column('added_at', Utc(), nullable=False),
    sa.Column('via', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_case_material_added_by_person')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_material_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_material'))
    )
    op.create_index('ix_case_material_case', 'case_material', ['case_id', 'added_at'], unique=False)
    op.create_table('case_member',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('relation', sa.Enum('named', 'invited', 'expert', 'chair', name='relation', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('via', sa.String(length=60), nullable=False),
    sa.Column('granted_at', Utc(), nullable=False),
    sa.Column('until', Utc(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_member_case_id_case')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_member_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_member')),
    sa.UniqueConstraint('case_id', 'person_id', 'via', name=op.f('uq_case_member_case_id_person_id_via'))
    )
    op.create_index('ix_case_member_person', 'case_member', ['person_id', 'relation', 'case_id'], unique=False)
    op.create_index(op.f('ix_case_member_via'), 'case_member', ['via'], unique=False)
    op.create_table('case_name_key',
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_name_key_case_id_case')),
    sa.PrimaryKeyConstraint('key', 'case_id', name=op.f('pk_case_name_key'))
    )
    op.create_index(op.f('ix_case_name_key_case_id'), 'case_name_key', ['case_id'], unique=False)
    op.create_table('case_phone_link',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('made_by', sa.String(length=36), nullable=False),
    sa.Column('expires_at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_phone_link_case_id_case')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_case_phone_link_made_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_phone_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_case_phone_link_token_hash'))
    )
    op.create_index(op.f('ix_case_phone_link_case_id'), 'case_phone_link', ['case_id'], unique=False)
    op.create_table('case_question',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_question_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_question'))
    )
    op.create_index('ix_case_question_case', 'case_question', ['case_id', 'position'], unique=False)
    op.create_table('case_readiness',
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('missing', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('warned', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_readiness_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_readiness'))
    )
    op.create_table('case_return_item',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('asked_by', sa.String(length=36), nullable=False),
    sa.Column('asked_at', Utc(), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_case_return_item_asked_by_person')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_return_item_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_return_item'))
    )
    op.create_index('ix_case_return_item_case', 'case_return_item', ['case_id', 'asked_at'], unique=False)
    op.create_table('case_snapshot',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('items', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_snapshot_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_snapshot'))
    )
    op.create_index('ix_case_snapshot_case', 'case_snapshot', ['case_id', 'at'], unique=False)
    op.create_table('case_waiver',
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('by', sa.String(length=36), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_case_waiver_by_person')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_waiver_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'key', name=op.f('pk_case_waiver'))
    )
    op.create_table('clinic_day',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('meeting_id', sa.String(length=36), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('content', sa.String(length=400), nullable=False),
    sa.Column('starts_at', Utc(), nullable=False),
    sa.Column('duration_min', sa.Integer(), nullable=False),
    sa.Column('filing_authority', sa.String(length=120), nullable=False),
    sa.Column('filing_number', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('planned', 'filed', 'open', 'closed', 'reported', name='daystate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('override_reason', sa.String(length=400), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.Column('opened_at', Utc(), nullable=True),
    sa.Column('closed_at', Utc(), nullable=True),
    sa.Column('reported_at', Utc(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('duration_min BETWEEN 5 AND 1440', name=op.f('ck_clinic_day_duration')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_clinic_day_created_by_person')),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_clinic_day_hospital_id_hospital')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_clinic_day_meeting_id_meeting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clinic_day')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_clinic_day_meeting_id'))
    )
    op.create_index('ix_clinic_day_hospital', 'clinic_day', ['hospital_id', 'starts_at'], unique=False)
    op.create_table('consensus',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('series', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('stage', sa.Enum('draft', 'proposed', 'issued', 'abandoned', name='stage', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('amends_id', sa.String(length=36), nullable=True),
    sa.Column('amend_reason', sa.String(), nullable=False),
    sa.Column('diagnosis', sa.String(), nullable=False),
    sa.Column('narrative', sa.String(), nullable=False),
    sa.Column('answers', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('recommendations', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('key_images', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('proposals', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('deadline_at', Utc(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.Column('edited_by', sa.String(length=36), nullable=False),
    sa.Column('edited_at', Utc(), nullable=False),
    sa.Column('issued_by', sa.String(length=36), nullable=True),
    sa.Column('issued_at', Utc(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['amends_id'], ['consensus.id'], name=op.f('fk_consensus_amends_id_consensus')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_consensus_case_id_case')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_consensus_created_by_person')),
    sa.ForeignKeyConstraint(['edited_by'], ['person.id'], name=op.f('fk_consensus_edited_by_person')),
    sa.ForeignKeyConstraint(['issued_by'], ['person.id'], name=op.f('fk_consensus_issued_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consensus'))
    )
    op.create_index(op.f('ix_consensus_case_id'), 'consensus', ['case_id'], unique=False)
    op.create_index('ix_consensus_one_edition', 'consensus', ['case_id', 'series', 'edition'], unique=True, sqlite_where=sa.text("stage <> 'abandoned'"), postgresql_where=sa.text("stage <> 'abandoned'"))
    op.create_index('ix_consensus_one_open', 'consensus', ['case_id'], unique=True, sqlite_where=sa.text("stage IN ('draft', 'proposed')"), postgresql_where=sa.text("stage IN ('draft', 'proposed')"))
    op.create_table('invitation',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('meeting_id', sa.String(length=36), nullable=True),
    sa.Column('case_id', sa.String(length=36), nullable=True),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.Enum('invited', 'accepted', 'tentative', 'declined', 'substituted', 'no_reply', name='invitationstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('code', sa.Enum('busy', 'leave', 'not_my_field', 'conflict_of_interest', 'time_clash', name='absencecode', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('substitute_id', sa.String(length=36), nullable=True),
    sa.Column('leads', sa.Boolean(), nullable=False),
    sa.Column('invited_by', sa.String(length=36), nullable=False),
    sa.Column('invited_at', Utc(), nullable=False),
    sa.Column('answered_at', Utc(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(meeting_id IS NULL) <> (case_id IS NULL)', name=op.f('ck_invitation_one_place')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_invitation_case_id_case')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_invitation_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitation_person_id_person')),
    sa.ForeignKeyConstraint(['substitute_id'], ['person.id'], name=op.f('fk_invitation_substitute_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('case_id', 'person_id', name=op.f('uq_invitation_case_id_person_id')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_invitation_meeting_id_person_id'))
    )
    op.create_index(op.f('ix_invitation_person_id'), 'invitation', ['person_id'], unique=False)
    op.create_table('outcome',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('pathology', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('cured', 'improved', 'stable', 'worse', 'died', 'lost', 'unknown', name='outcomestatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.String(length=36), nullable=False),
    sa.Column('recorded_at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_outcome_case_id_case')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_outcome_recorded_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outcome'))
    )
    op.create_index('ix_outcome_case', 'outcome', ['case_id', 'recorded_at'], unique=False)
    op.create_table('series',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('study_id', sa.String(length=36), nullable=False),
    sa.Column('series_uid', sa.String(length=64), nullable=False),
    sa.Column('modality', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('description', sa.String(length=400), nullable=False),
    sa.Column('body_part', sa.String(length=64), nullable=False),
    sa.Column('date', sa.String(length=8), nullable=False),
    sa.Column('time', sa.String(length=16), nullable=False),
    sa.Column('instance_count', sa.Integer(), nullable=False),
    sa.Column('prepared', sa.Enum('waiting', 'ready', 'failed', name='preparedstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('prepared_version', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['study_id'], ['study.id'], name=op.f('fk_series_study_id_study')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('study_id', 'series_uid', name=op.f('uq_series_study_id_series_uid'))
    )
    op.create_index('ix_series_uid', 'series', ['series_uid'], unique=False)
    op.create_table('study_link',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('subject_kind', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('study_id', sa.String(length=36), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=True),
    sa.Column('is_prior', sa.Boolean(), nullable=False),
    sa.Column('linked_by', sa.String(length=36), nullable=False),
    sa.Column('linked_at', Utc(), nullable=False),
    sa.Column('confirmed_by', sa.String(length=36), nullable=True),
    sa.Column('confirmed_at', Utc(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_study_link_batch_id_batch')),
    sa.ForeignKeyConstraint(['study_id'], ['study.id'], name=op.f('fk_study_link_study_id_study')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_link')),
    sa.UniqueConstraint('subject_kind', 'subject_id', 'study_id', name=op.f('uq_study_link_subject_kind_subject_id_study_id'))
    )
    op.create_index('ix_study_link_study', 'study_link', ['study_id'], unique=False)
    op.create_table('upload',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=1024), nullable=False),
    sa.Column('length', sa.BigInteger(), nullable=False),
    sa.Column('received', sa.BigInteger(), nullable=False),
    sa.Column('is_finished', sa.Boolean(), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_upload_batch_id_batch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload'))
    )
    op.create_index(op.f('ix_upload_batch_id'), 'upload', ['batch_id'], unique=False)
    op.create_table('clinic_roster',
    sa.Column('clinic_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic_day.id'], name=op.f('fk_clinic_roster_clinic_id_clinic_day')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_clinic_roster_person_id_person')),
    sa.PrimaryKeyConstraint('clinic_id', 'person_id', name=op.f('pk_clinic_roster'))
    )
    op.create_index(op.f('ix_clinic_roster_person_id'), 'clinic_roster', ['person_id'], unique=False)
    op.create_table('clinic_ticket',
    sa.Column('clinic_id', sa.String(length=36), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic_day.id'], name=op.f('fk_clinic_ticket_clinic_id_clinic_day')),
    sa.PrimaryKeyConstraint('clinic_id', name=op.f('pk_clinic_ticket'))
    )
    op.create_table('consensus_proposal',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('consensus_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('frozen', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.String(length=36), nullable=False),
    sa.Column('proposed_at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['consensus_id'], ['consensus.id'], name=op.f('fk_consensus_proposal_consensus_id_consensus')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_consensus_proposal_proposed_by_person')),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_consensus_proposal')),
    sa.UniqueConstraint('consensus_id', 'number', name=op.f('uq_consensus_proposal_consensus_id_number'))
    )
    op.create_table('document',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('consensus_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('verify_code', sa.String(length=24), nullable=False),
    sa.Column('hospital', sa.String(length=120), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('issued_at', Utc(), nullable=False),
    sa.Column('content', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_document_case_id_case')),
    sa.ForeignKeyConstraint(['consensus_id'], ['consensus.id'], name=op.f('fk_document_consensus_id_consensus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('consensus_id', name=op.f('uq_document_consensus_id')),
    sa.UniqueConstraint('verify_code', name=op.f('uq_document_verify_code'))
    )
    op.create_index(op.f('ix_document_case_id'), 'document', ['case_id'], unique=False)
    op.create_table('encounter',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('clinic_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.String(length=36), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('sex', sa.Enum('M', 'F', 'O', name='sex', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('age', sa.Integer(), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('township', sa.String(length=60), nullable=False),
    sa.Column('chips', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('history', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('complaint', sa.String(length=2000), nullable=False),
    sa.Column('finding', sa.String(length=4000), nullable=False),
    sa.Column('advice', sa.String(length=4000), nullable=False),
    sa.Column('disposition', sa.Enum('none', 'recheck', 'county_hospital', 'refer_up', 'case', 'emergency', name='disposition', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('revisit_on', sa.Date(), nullable=True),
    sa.Column('where_to_go', sa.String(length=200), nullable=False),
    sa.Column('consent_given', sa.Boolean(), nullable=False),
    sa.Column('consent_by', sa.String(length=120), nullable=False),
    sa.Column('consent_at', sa.String(length=30), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'called', 'in', 'done', 'left', name='turn', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('registered_by', sa.String(length=36), nullable=False),
    sa.Column('registered_at', Utc(), nullable=False),
    sa.Column('doctor_id', sa.String(length=36), nullable=True),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('department', sa.String(length=60), nullable=False),
    sa.Column('called_at', Utc(), nullable=True),
    sa.Column('taken_at', Utc(), nullable=True),
    sa.Column('done_at', Utc(), nullable=True),
    sa.Column('case_id', sa.String(length=36), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('age BETWEEN 0 AND 150', name=op.f('ck_encounter_age')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_encounter_case_id_case')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic_day.id'], name=op.f('fk_encounter_clinic_id_clinic_day')),
    sa.ForeignKeyConstraint(['doctor_id'], ['person.id'], name=op.f('fk_encounter_doctor_id_person')),
    sa.ForeignKeyConstraint(['registered_by'], ['person.id'], name=op.f('fk_encounter_registered_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encounter')),
    sa.UniqueConstraint('case_id', name=op.f('uq_encounter_case_id')),
    sa.UniqueConstraint('clinic_id', 'client_id', name=op.f('uq_encounter_clinic_id_client_id')),
    sa.UniqueConstraint('clinic_id', 'number', name=op.f('uq_encounter_clinic_id_number'))
    )
    op.create_index(op.f('ix_encounter_doctor_id'), 'encounter', ['doctor_id'], unique=False)
    op.create_table('instance',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('hospital_id', sa.String(length=36), nullable=False),
    sa.Column('series_id', sa.String(length=36), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=True),
    sa.Column('sop_uid', sa.String(length=64), nullable=False),
    sa.Column('sop_class_uid', sa.String(length=64), nullable=False),
    sa.Column('transfer_syntax_uid', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('columns', sa.Integer(), nullable=False),
    sa.Column('bits', sa.Integer(), nullable=False),
    sa.Column('frames', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('displayable', sa.Boolean(), nullable=False),
    sa.Column('why', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('dicom_json', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_instance_batch_id_batch')),
    sa.ForeignKeyConstraint(['hospital_id'], ['hospital.id'], name=op.f('fk_instance_hospital_id_hospital')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_instance_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instance')),
    sa.UniqueConstraint('hospital_id', 'sop_uid', name=op.f('uq_instance_hospital_id_sop_uid'))
    )
    op.create_index(op.f('ix_instance_batch_id'), 'instance', ['batch_id'], unique=False)
    op.create_index('ix_instance_series', 'instance', ['series_id', 'number'], unique=False)
    op.create_index('ix_instance_sha', 'instance', ['sha256'], unique=False)
    op.create_index('ix_instance_sop', 'instance', ['sop_uid'], unique=False)
    op.create_table('task',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('consensus_id', sa.String(length=36), nullable=False),
    sa.Column('recommendation_id', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('owner_id', sa.String(length=36), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('urgency', sa.String(length=20), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'not_done', 'superseded', name='taskstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason_code', sa.Enum('patient_choice', 'circumstances', 'no_show', 'condition_unmet', 'died', 'comorbidity_new', 'comorbidity_missed', 'new_information', 'no_resource', 'cost', 'clinician', 'referred', 'other', name='reasoncode', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('answered_by', sa.String(length=36), nullable=True),
    sa.Column('answered_at', Utc(), nullable=True),
    sa.Column('reminded', sa.String(length=10), nullable=False),
    sa.Column('created_at', Utc(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_task_answered_by_person')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_task_case_id_case')),
    sa.ForeignKeyConstraint(['consensus_id'], ['consensus.id'], name=op.f('fk_task_consensus_id_consensus')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_task_owner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('consensus_id', 'recommendation_id', name=op.f('uq_task_consensus_id_recommendation_id'))
    )
    op.create_index(op.f('ix_task_case_id'), 'task', ['case_id'], unique=False)
    op.create_index('ix_task_owner', 'task', ['owner_id', 'state', 'due'], unique=False)
    op.create_index('ix_task_state_due', 'task', ['state', 'due'], unique=False)
    op.create_table('consensus_stance',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('consensus_id', sa.String(length=36), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('mark', sa.Enum('agree', 'agree_with_reservation', 'dissent', 'abstain', 'withdrawn', name='mark', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('statement', sa.String(), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['consensus_id'], ['consensus.id'], name=op.f('fk_consensus_stance_consensus_id_consensus')),
    sa.ForeignKeyConstraint(['fingerprint'], ['consensus_proposal.fingerprint'], name=op.f('fk_consensus_stance_fingerprint_consensus_proposal')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_consensus_stance_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consensus_stance')),
    sa.UniqueConstraint('consensus_id', 'seq', name=op.f('uq_consensus_stance_consensus_id_seq'))
    )
    op.create_index('ix_consensus_stance_person', 'consensus_stance', ['person_id'], unique=False)
    op.create_table('document_file',
    sa.Column('document_id', sa.String(length=36), nullable=False),
    sa.Column('superseded_by', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('made_at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_file_document_id_document')),
    sa.PrimaryKeyConstraint('document_id', 'superseded_by', name=op.f('pk_document_file'))
    )
    op.create_table('encounter_photo',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('encounter_id', sa.String(length=36), nullable=False),
    sa.Column('caption', sa.String(length=60), nullable=False),
    sa.Column('state', sa.Enum('working', 'stored', 'refused', name='photostate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('clean_sha256', sa.String(length=64), nullable=False),
    sa.Column('clean_size', sa.Integer(), nullable=False),
    sa.Column('added_by', sa.String(length=36), nullable=False),
    sa.Column('added_at', Utc(), nullable=False),
    sa.Column('material_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_encounter_photo_added_by_person')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_encounter_photo_encounter_id_encounter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encounter_photo'))
    )
    op.create_index('ix_encounter_photo_encounter', 'encounter_photo', ['encounter_id', 'added_at'], unique=False)
    op.create_table('encounter_slip',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('working', 'ready', 'refused', name='slipstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.Column('at', Utc(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['encounter.id'], name=op.f('fk_encounter_slip_id_encounter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encounter_slip'))
    )


def downgrade() -> None:
    op.drop_table('encounter_slip')
    op.drop_index('ix_encounter_photo_encounter', table_name='encounter_photo')
    op.drop_table('encounter_photo')
    op.drop_table('document_file')
    op.drop_index('ix_consensus_stance_person', table_name='consensus_stance')
    op.drop_table('consensus_stance')
    op.drop_index('ix_task_state_due', table_name='task')
    op.drop_index('ix_task_owner', table_name='task')
    op.drop_index(op.f('ix_task_case_id'), table_name='task')
    op.drop_table('task')
    op.drop_index('ix_instance_sop', table_name='instance')
    op.drop_index('ix_instance_sha', table_name='instance')
    op.drop_index('ix_instance_series', table_name='instance')
    op.drop_index(op.f('ix_instance_batch_id'), table_name='instance')
    op.drop_table('instance')
    op.drop_index(op.f('ix_encounter_doctor_id'), table_name='encounter')
    op.drop_table('encounter')
    op.drop_index(op.f('ix_document_case_id'), table_name='document')
    op.drop_table('document')
    op.drop_table('consensus_proposal')
    op.drop_table('clinic_ticket')
    op.drop_index(op.f('ix_clinic_roster_person_id'), table_name='clinic_roster')
    op.drop_table('clinic_roster')
    op.drop_index(op.f('ix_upload_batch_id'), table_name='upload')
    op.drop_table('upload')
    op.drop_index('ix_study_link_study', table_name='study_link')
    op.drop_table('study_link')
    op.drop_index('ix_series_uid', table_name='series')
    op.drop_table('series')
    op.drop_index('ix_outcome_case', table_name='outcome')
    op.drop_table('outcome')
    op.drop_index(op.f('ix_invitation_person_id'), table_name='invitation')
    op.drop_table('invitation')
    op.drop_index('ix_consensus_one_open', table_name='consensus', sqlite_where=sa.text("stage IN ('draft', 'proposed')"), postgresql_where=sa.text("stage IN ('draft', 'proposed')"))
    op.drop_index('ix_consensus_one_edition', table_name='consensus', sqlite_where=sa.text("stage <> 'abandoned'"), postgresql_where=sa.text("stage <> 'abandoned'"))
    op.drop_index(op.f('ix_consensus_case_id'), table_name='consensus')
    op.drop_table('consensus')
    op.drop_index('ix_clinic_day_hospital', table_name='clinic_day')
    op.drop_table('clinic_day')
    op.drop_table('case_waiver')
    op.drop_index('ix_case_snapshot_case', table_name='case_snapshot')
    op.drop_table('case_snapshot')
    op.drop_index('ix_case_return_item_case', table_name='case_return_item')
    op.drop_table('case_return_item')
    op.drop_table('case_readiness')
    op.drop_index('ix_case_question_case', table_name='case_question')
    op.drop_table('case_question')
    op.drop_index(op.f('ix_case_phone_link_case_id'), table_name='case_phone_link')
    op.drop_table('case_phone_link')
    op.drop_index(op.f('ix_case_name_key_case_id'), table_name='case_name_key')
    op.drop_table('case_name_key')
    op.drop_index(op.f('ix_case_member_via'), table_name='case_member')
    op.drop_index('ix_case_member_person', table_name='case_member')
    op.drop_table('case_member')
    op.drop_index('ix_case_material_case', table_name='case_material')
    op.drop_table('case_material')
    op.drop_index('ix_batch_file_state', table_name='batch_file')
    op.drop_index(op.f('ix_batch_file_archive_id'), table_name='batch_file')
    op.drop_table('batch_file')
    op.drop_index('uq_agenda_item_running', table_name='agenda_item', sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.drop_index('uq_agenda_item_open_case', table_name='agenda_item', sqlite_where=sa.text("state <> 'finished'"), postgresql_where=sa.text("state <> 'finished'"))
    op.drop_index('ix_agenda_item_order', table_name='agenda_item')
    op.drop_index(op.f('ix_agenda_item_case_id'), table_name='agenda_item')
    op.drop_table('agenda_item')
    op.drop_index('ix_study_uid', table_name='study')
    op.drop_table('study')
    op.drop_index(op.f('ix_session_person_id'), table_name='session')
    op.drop_table('session')
    op.drop_index('ix_room_entry_type', table_name='room_entry')
    op.drop_index('ix_room_entry_ref', table_name='room_entry')
    op.drop_table('room_entry')
    op.drop_index('ix_notice_unread', table_name='notice')
    op.drop_index('ix_notice_subject', table_name='notice')
    op.drop_index('ix_notice_inbox', table_name='notice')
    op.drop_table('notice')
    op.drop_index('ix_membership_hospital', table_name='membership')
    op.drop_table('membership')
    op.drop_index('ix_meeting_time', table_name='meeting')
    op.drop_index(op.f('ix_meeting_hospital_id'), table_name='meeting')
    op.drop_index(op.f('ix_meeting_deputy_id'), table_name='meeting')
    op.drop_index(op.f('ix_meeting_chair_id'), table_name='meeting')
    op.drop_table('meeting')
    op.drop_index(op.f('ix_join_link_person_id'), table_name='join_link')
    op.drop_table('join_link')
    op.drop_table('case_number')
    op.drop_index('ix_case_team', table_name='case')
    op.drop_index('ix_case_state_at', table_name='case')
    op.drop_index(op.f('ix_case_requester_id'), table_name='case')
    op.drop_index('ix_case_hospital_state', table_name='case')
    op.drop_table('case')
    op.drop_index('ix_batch_subject', table_name='batch')
    op.drop_table('batch')
    op.drop_index(op.f('ix_api_token_person_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_index(op.f('ix_alliance_member_hospital_id'), table_name='alliance_member')
    op.drop_table('alliance_member')
    op.drop_index(op.f('ix_agreement_requesting_id'), table_name='agreement')
    op.drop_table('agreement')
    op.drop_index('ix_work_due', table_name='work')
    op.drop_table('work')
    op.drop_table('throttle')
    op.drop_table('room')
    op.drop_table('person')
    op.drop_table('meeting_counter')
    op.drop_table('hospital')
    op.drop_table('first_answer')
    op.drop_index('ix_event_subject', table_name='event')
    op.drop_index(op.f('ix_event_name'), table_name='event')
    op.drop_table('event')
    op.drop_index('ix_audit_subject', table_name='audit')
    op.drop_index('ix_audit_reading', table_name='audit')
    op.drop_table('audit')
    op.drop_table('alliance')
