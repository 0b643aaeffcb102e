-- the pod that a refused client said it is in, for whoever knows nothing else of it
ALTER TABLE reason ADD COLUMN pod TEXT;
ALTER TABLE reason ADD COLUMN pod_uid TEXT;
CREATE INDEX reason_pod ON reason (pod, seq);
CREATE INDEX reason_pod_uid ON reason (pod_uid, seq);
