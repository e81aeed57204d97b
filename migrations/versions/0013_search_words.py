"""Letters and digits alone make a word of a search: ``phường/xã`` is found by either of its words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXTS = {
    "cases": "reference || ' ' || title || ' ' || body || ' ' || place_text",
    "publications": "title || ' ' || summary || ' ' || answer_text",
}
INDEXES = {"cases": "ix_cases_search", "publications": "ix_publications_search"}


def _small(texts: str) -> str:
    return f"normalize(lower({texts}), NFD)"


def _words(texts: str) -> str:
    marks = r"[\u0300-\u036f\u00ad\u180e\u200b-\u200d\u2060\ufeff]"
    bare = f"translate(regexp_replace({_small(texts)}, '{marks}', '', 'g'), 'đ', 'd')"
    return rf"to_tsvector('simple'::regconfig, regexp_replace({bare}, '(\W|_)+', ' ', 'g'))"


def _parsed(texts: str) -> str:
    bare = rf"translate(regexp_replace({_small(texts)}, '[\u0300-\u036f]', '', 'g'), 'đ', 'd')"
    return f"to_tsvector('simple'::regconfig, {bare})"


def _replace(vectors: dict[str, str]) -> None:
    for table, vector in vectors.items():
        op.drop_column(table, "search_vector")
        op.add_column(
            table,
            sa.Column(
                "search_vector", postgresql.TSVECTOR(), sa.Computed(vector, persisted=True), nullable=True
            ),
        )
        op.create_index(INDEXES[table], table, ["search_vector"], postgresql_using="gin")


def upgrade() -> None:
    _replace({table: _words(texts) for table, texts in TEXTS.items()})


def downgrade() -> None:
    _replace({table: _parsed(texts) for table, texts in TEXTS.items()})
