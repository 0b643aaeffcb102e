-- Which replica does the work that one replica does; until: milliseconds since 1970.
CREATE TABLE leader (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL);
