package dev.theca.broker.plugin;

import dev.theca.broker.audit.Event;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.der.Der;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Issues certificates to attested workloads, and keeps the book. What is issued or revoked is
 * recorded and audited in one transaction before it is given out.
 */
final class CertificateIssuer {
  /** For clocks of peers that are a little behind. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private static final int MAX_COMMON_NAME = 64; // RFC 5280, appendix A.1, ub-common-name
  private static final String KIND = "certificate";

  private final AuthoritySettings settings;
  private final Plugins.Parts parts;
  private final Authority authority;
  private final CertificateLedger ledger;
  private final SecureRandom random = new SecureRandom();

  CertificateIssuer(AuthoritySettings settings, Plugins.Parts parts, Authority authority) {
    this.settings = settings;
    this.parts = parts;
    this.authority = authority;
    this.ledger = new CertificateLedger(authority.issuer().subject().text(), settings.retention());
  }

  Authority authority() {
    return authority;
  }

  /** Records that a workload did not get the names that it asked for. */
  void refused(List<Refusal> reasons, String actor) {
    var written = reasons.stream().<JsonValue>map(RefusalJson::write).toList();
    var detail = JsonObject.builder().put("reasons", new JsonArray(written)).build();
    parts.audit().record(new Event(KIND, "refused", "", actor, detail));
  }

  /** A certificate in DER, or why these names are not for this workload. */
  Outcome<byte[]> issue(CertificateRequest request, JsonObject claims, String actor) {
    return settings
        .uri()
        .fill(claims)
        .then(
            uri ->
                settings
                    .subject()
                    .fill(claims)
                    .then(
                        subject ->
                            allowed(request, uri, subject)
                                .map(names -> write(request, claims, actor, subject, names))));
  }

  /** All names of the certificate, the workload's own first. */
  private Outcome<List<String>> allowed(CertificateRequest request, String uri, String subject) {
    if (subject.length() > MAX_COMMON_NAME)
      return Outcome.refused(
          AuthorityPlugin.denied("common name", "at most 64 characters", subject.length() + ""));
    for (String asked : request.uris())
      if (!asked.equals(uri))
        return Outcome.refused(AuthorityPlugin.denied("URI", uri, "'" + asked + "'"));
    for (String name : request.dnsNames())
      if (!AuthoritySettings.DnsName.isName(name)
          || settings.dnsNames().stream().noneMatch(rule -> rule.allows(name)))
        return Outcome.refused(
            AuthorityPlugin.denied(
                "DNS name",
                settings.dnsNames().isEmpty() ? "none" : "one that the settings list",
                "'" + name + "'"));
    return Outcome.granted(Stream.concat(Stream.of(uri), request.dnsNames().stream()).toList());
  }

  private byte[] write(
      CertificateRequest request,
      JsonObject claims,
      String actor,
      String subject,
      List<String> names) {
    Instant now = parts.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = authority.issuer().notAfter();
    if (!end.isAfter(now))
      throw new IllegalStateException(authority.issuer() + " expired at " + end + "; renew it");
    Instant expires = now.plus(settings.life());
    if (expires.isAfter(end)) expires = end;
    BigInteger serial = Authority.serial(random);
    var extensions =
        new ArrayList<>(X509Writer.end(request.spki(), authority.keyId(), request.rsa()));
    extensions.add(alternatives(names, subject.isEmpty()));
    extensions.add(AttestationSummary.extension(claims));
    byte[] certificate =
        X509Writer.certificate(
            authority.signing(),
            authority.issuer().subject().encoded(),
            new X509Writer.Subject(X509Writer.name(subject), request.spki()),
            serial,
            new X509Writer.Validity(now.minus(SKEW), expires),
            extensions);
    record(
        new CertificateLedger.Issued(
            serial, subject, String.join(" ", names), actor, now, expires));
    return certificate;
  }

  /** The URI first, then DNS names; critical when there is no subject (RFC 5280, 4.2.1.6). */
  private static byte[] alternatives(List<String> names, boolean critical) {
    byte[][] all = new byte[names.size()][];
    for (int i = 0; i < all.length; i++) all[i] = Der.ia5(i == 0 ? 0x86 : 0x82, names.get(i));
    return X509Writer.extension(X509Writer.SUBJECT_ALTERNATIVE, critical, Der.sequence(all));
  }

  private void record(CertificateLedger.Issued issued) {
    var detail =
        JsonObject.builder()
            .put("serial", issued.serial().toString(16))
            .put("subject", issued.subject())
            .put("names", JsonArray.strings(List.of(issued.names().split(" "))))
            .put("expires", issued.expires().toString())
            .build();
    boolean unused =
        parts
            .database()
            .write(
                sql -> {
                  ledger.add(sql, issued);
                  parts.audit().append(sql, new Event(KIND, "granted", "", issued.actor(), detail));
                  return true;
                });
  }

  /** When it was revoked; empty when this authority did not issue it. */
  Optional<Instant> revoke(BigInteger serial, String actor) {
    Instant now = parts.clock().instant();
    var detail =
        JsonObject.builder().put("action", "revoke").put("serial", serial.toString(16)).build();
    return parts
        .database()
        .write(
            sql -> {
              var at = ledger.revoke(sql, serial, now);
              String outcome = at.isPresent() ? "granted" : "missing";
              parts.audit().append(sql, new Event(KIND, outcome, "", actor, detail));
              return at;
            });
  }

  /** A revocation list made now; its number is the time, which only grows. */
  byte[] crl() {
    Instant now = parts.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    var revoked = parts.database().read(sql -> ledger.revoked(sql, now));
    return X509Writer.crl(
        authority.signing(),
        authority.issuer().subject().encoded(),
        authority.keyId(),
        now.toEpochMilli(),
        new X509Writer.Validity(now, now.plus(settings.crlLife())),
        revoked);
  }
}
