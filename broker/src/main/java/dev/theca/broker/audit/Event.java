package dev.theca.broker.audit;

import dev.theca.wire.json.JsonObject;

/**
 * A decision, as the audit trail keeps it. Never holds a secret.
 *
 * @param kind auth, attest, release, resource, policy, reference, key, anchor, admin, ...
 * @param outcome granted, refused, missing, fault
 * @param tenant the first segment of the resource's path; empty text where there is none
 * @param actor who asked: {@code admin:NAME}, {@code attested:MEASUREMENT}, {@code address:IP}
 * @param detail evidence digest, policy and version, reference values used, path, reason id
 */
public record Event(String kind, String outcome, String tenant, String actor, JsonObject detail) {}
