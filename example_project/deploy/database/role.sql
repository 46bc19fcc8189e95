-- What the site would tell each session if PgBouncer let it. A session of its own may still say otherwise, as migrations do.
ALTER ROLE CURRENT_USER SET statement_timeout = '30s';
ALTER ROLE CURRENT_USER SET lock_timeout = '10s';
ALTER ROLE CURRENT_USER SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE CURRENT_USER SET timezone = 'UTC';
