package dev.theca.broker;

import dev.theca.broker.admin.BrokerAdmins;
import dev.theca.broker.admin.RootToken;
import dev.theca.broker.appraise.Appraiser;
import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.appraise.Recordings;
import dev.theca.broker.audit.AuditTrail;
import dev.theca.broker.audit.StoredReasons;
import dev.theca.broker.meter.Metrics;
import dev.theca.broker.policy.PolicyStore;
import dev.theca.broker.policy.RegoResourcePolicy;
import dev.theca.broker.reference.ReferenceValues;
import dev.theca.broker.resource.ResourceStore;
import dev.theca.broker.resource.VolumeAnchors;
import dev.theca.broker.seal.Keyring;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.broker.setup.KekSettings;
import dev.theca.broker.setup.Roots;
import dev.theca.broker.spi.KeyEncryption;
import dev.theca.broker.store.Database;
import dev.theca.broker.token.HttpsFetch;
import dev.theca.broker.token.Signers;
import dev.theca.broker.token.TokenStore;
import dev.theca.broker.token.Verifiers;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Everything that decides and keeps, joined; what listens is {@link Listeners}' and what is done
 * now and then {@link Housekeeping}'s.
 */
record House(
    InstantSource clock,
    Database database,
    KeyEncryption kek,
    Keyring keyring,
    AuditTrail trail,
    StoredReasons reasons,
    RootToken root,
    BrokerAdmins admins,
    TokenStore tokens,
    Signers signers,
    Verifiers verifiers,
    ReferenceValues references,
    PolicyStore policies,
    RegoResourcePolicy release,
    Appraiser appraiser,
    Recordings recordings,
    AttestationService attestation,
    ResourceStore resources,
    VolumeAnchors anchors,
    Metrics metrics)
    implements AutoCloseable {
  private static final long CACHED_RESOURCE_BYTES = 4 << 20;

  static House open(BrokerSettings settings, InstantSource clock) throws IOException {
    var database = settings.store().open();
    boolean fresh = !Keyring.hasKeys(database);
    var kek = settings.kek().current().open(fresh);
    var keyring = Keyring.open(database, kek, older(settings.kek()), clock);
    var trail = AuditTrail.open(database, keyring, clock, settings.audit().flood());
    var random = new SecureRandom();
    var root = RootToken.open(settings.adminTokenFile(), random).orThrow();
    var admins = BrokerAdmins.open(settings.admin(), root, database, trail, random).orThrow();
    var tokens = TokenStore.open(database, keyring, clock, settings.tokens().signing());
    var references = new ReferenceValues(database, trail, settings.references());
    var policies = new PolicyStore(database, trail);
    var evidence = settings.evidence();
    var appraiser =
        Appraiser.of(
                dev.theca.broker.appraise.Verifiers.of(Roots.of(evidence)),
                evidence.source().orThrow(),
                Roots.anchors(evidence),
                evidence.use(),
                policies,
                references,
                settings.tokens().ear(),
                settings.budget())
            .remembering(database);
    var recordings = settings.recordings().open(database);
    var limits = settings.resources();
    return new House(
        clock,
        database,
        kek,
        keyring,
        trail,
        new StoredReasons(database, trail, clock),
        root,
        admins,
        tokens,
        new Signers(tokens),
        new Verifiers(tokens, settings.tokens().trust(), new HttpsFetch(tls())),
        references,
        policies,
        new RegoResourcePolicy(policies, settings.budget()),
        appraiser,
        recordings,
        settings.recordings().enabled() ? recordings.around(appraiser) : appraiser,
        new ResourceStore(
            database,
            keyring,
            trail,
            limits.limits(),
            clock,
            database.isAlone() ? CACHED_RESOURCE_BYTES : 0),
        new VolumeAnchors(database, trail, limits.anchors(), clock),
        new Metrics(settings.meter().resourcePaths(), 200));
  }

  private static List<KeyEncryption> older(KekSettings settings) {
    return settings.older().stream().map(kind -> kind.open(false)).toList();
  }

  private static SSLContext tls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
  }

  @Override
  public void close() {
    trail.close();
    keyring.close();
    root.close();
    database.close();
  }
}
