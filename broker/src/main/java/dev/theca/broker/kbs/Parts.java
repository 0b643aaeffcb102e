package dev.theca.broker.kbs;

import dev.theca.broker.admin.Admins;
import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Reasons;
import dev.theca.broker.policy.ResourcePolicy;
import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.broker.token.TokenSigner;
import dev.theca.broker.token.TokenVerifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.meter.Meter;
import java.time.InstantSource;
import java.util.function.Function;

/** What the key broker service is made of. */
public record Parts(
    Database database,
    Sealer sealer,
    AttestationService attestation,
    TokenSigner signer,
    TokenVerifier verifier,
    Function<JsonObject, Outcome<Jwk>> teeKey,
    ResourcePolicy policy,
    Admins admins,
    Audit audit,
    Reasons reasons,
    Meter meter,
    InstantSource clock) {}
