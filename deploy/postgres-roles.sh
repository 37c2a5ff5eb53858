#!/bin/sh
# Makes the database and its two roles: the owner alters tables, the portal at work owns nothing.
# Runs once, by itself in the container, or by hand as a PostgreSQL superuser (docs/operations.md).
set -eu
: "${PORTAL_OWNER_PASSWORD:?}" "${PORTAL_RUNTIME_PASSWORD:?}"
psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    -v owner="$PORTAL_OWNER_PASSWORD" -v runtime="$PORTAL_RUNTIME_PASSWORD" <<'SQL'
CREATE ROLE portal_owner LOGIN PASSWORD :'owner';
CREATE ROLE portal_runtime LOGIN PASSWORD :'runtime';
CREATE DATABASE portal OWNER portal_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_runtime;
\connect portal
ALTER SCHEMA public OWNER TO portal_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_runtime;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_runtime;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO portal_runtime;
SQL
