package dev.theca.evidence.ratls;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.Policy;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.x509.Certificate;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Attested TLS: a peer is accepted by the evidence in its certificate instead of by a name. In
 * three lines:
 *
 * <pre>{@code
 * var verifier = Verifier.of(TrustRoots.vendors());
 * var peers = RaTls.of(verifier, source, Policy.STANDARD, AttestedIdentity.mrEnclave("9bf8..."), Clock.systemUTC());
 * var http = HttpClient.newBuilder().sslContext(peers.context()).build();
 * }</pre>
 *
 * The TLS handshake proves that the peer owns the certificate's key, the quote that the key was
 * made in the TEE; host names say nothing here and are not compared. What it does not give:
 * freshness. The quote is as old as the certificate; where that matters, ask for a nonce at a
 * higher layer.
 */
public final class RaTls {
  private final Verifier verifier;
  private final BiFunction<PlatformModel, Instant, Outcome<VerifiedCollateral>> collateral;
  private final Policy policy;
  private final AttestedIdentity identity;
  private final InstantSource clock;

  private RaTls(
      Verifier verifier,
      BiFunction<PlatformModel, Instant, Outcome<VerifiedCollateral>> collateral,
      Policy policy,
      AttestedIdentity identity,
      InstantSource clock) {
    this.verifier = verifier;
    this.collateral = collateral;
    this.policy = policy;
    this.identity = identity;
    this.clock = clock;
  }

  /** Collateral is fetched and verified for each handshake. */
  public static RaTls of(
      Verifier verifier,
      CollateralSource source,
      Policy policy,
      AttestedIdentity identity,
      InstantSource clock) {
    return new RaTls(
        verifier,
        (model, at) -> source.intel(model, Channel.STANDARD).then(raw -> verifier.prepare(raw, at)),
        policy,
        identity,
        clock);
  }

  /** Collateral comes verified, from a cache. */
  public static RaTls ofVerified(
      Verifier verifier,
      BiFunction<PlatformModel, Instant, Outcome<VerifiedCollateral>> collateral,
      Policy policy,
      AttestedIdentity identity,
      InstantSource clock) {
    return new RaTls(verifier, collateral, policy, identity, clock);
  }

  /** Judges a peer's certificate; the refusal carries every reason. */
  public Outcome<RaTlsCertificate> judge(byte[] certificate) {
    return Certificate.parse(certificate)
        .then(parsed -> RaTlsCertificate.read(parsed, Optional.empty()))
        .then(this::judge);
  }

  private Outcome<RaTlsCertificate> judge(RaTlsCertificate peer) {
    Instant now = clock.instant();
    return peer.quote()
        .claimedRoot(verifier.roots())
        .then(root -> peer.quote().platform())
        .then(model -> collateral.apply(model, now))
        .then(
            vc -> {
              var appraisal = verifier.verify(peer.quote(), vc, now, peer.expected(), policy);
              return appraisal.trusted()
                  ? identity.check(peer.quote()).map(known -> peer)
                  : Outcome.refused(appraisal.refusals());
            });
  }

  /** For a context of the caller's own. */
  public X509ExtendedTrustManager trustManager() {
    return new AttestedTrustManager(this);
  }

  /** A context that accepts attested peers, without a certificate of its own. */
  public SSLContext context() {
    return context(new KeyManager[0]);
  }

  /** For both directions: with the key and certificate that {@link RaTlsKeys} made. */
  public SSLContext context(KeyManager... own) {
    try {
      var context = SSLContext.getInstance("TLSv1.3");
      context.init(own, new TrustManager[] {trustManager()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks TLS 1.3", e);
    }
  }
}
