-- what an attestation lacked, claim by claim, for whoever asks why its token opens nothing

ALTER TABLE session ADD COLUMN jti TEXT;

ALTER TABLE session ADD COLUMN why TEXT;

CREATE INDEX session_jti ON session (jti);
