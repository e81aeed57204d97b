"""What a database is made of, as texts that can be compared."""

from __future__ import annotations

from sqlalchemy import Engine, text

_QUERIES = {
    "column": """
        SELECT c.table_name || '.' || c.column_name,
               concat_ws(' ', c.data_type, c.udt_name, c.is_nullable, c.column_default, c.is_identity,
                         c.identity_generation, c.generation_expression)
        FROM information_schema.columns c WHERE c.table_schema = 'public'""",
    # Type n: PostgreSQL 18 lists NOT NULL here too; the columns tell of it already.
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> 0""",
    "index": "SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "policy": """
        SELECT tablename || '.' || policyname, concat_ws(' | ', cmd, roles::text, qual, with_check)
        FROM pg_policies WHERE schemaname = 'public'""",
    "row security": """
        SELECT relname, relrowsecurity || ' ' || relforcerowsecurity
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "grant": """
        SELECT table_name || '.' || grantee, string_agg(privilege_type, ',' ORDER BY privilege_type)
        FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND grantee LIKE 'feedback%' GROUP BY 1""",
    "function": """
        SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '')
        FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "trigger": """
        SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal""",
}
TABLES = ("column", "constraint", "index")
"""The kinds that models describe too."""

Catalogue = dict[str, dict[str, str]]


def catalogue(engine: Engine, *, without: tuple[str, ...] = ()) -> Catalogue:
    """Read what the database of `engine` is made of: by kind and name, the definition.

    without: tables to leave out.
    """
    with engine.connect() as connection:
        return {
            kind: {
                name: definition
                for name, definition in connection.execute(text(query))
                if name.split(".")[0] not in without
            }
            for kind, query in _QUERIES.items()
        }


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Give each entry that only one side has, or that the sides define differently."""
    return [
        f"{name}: {one.get(name)!r} / {other.get(name)!r}"
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]
