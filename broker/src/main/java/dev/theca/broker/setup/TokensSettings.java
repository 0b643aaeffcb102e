package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.appraise.EarSettings;
import dev.theca.broker.token.TokenSettings;
import dev.theca.broker.token.Trust;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code [token]}: how attestation results are signed; {@code [attestation_token]}: whose are
 * believed besides.
 *
 * @param rotate how long a key of the broker's own signs; zero: until somebody rotates it
 * @param teeKeyPlaces extra JSON pointers where foreign issuers put the TEE's key
 */
public record TokensSettings(
    TokenSettings signing,
    Duration rotate,
    EarSettings ear,
    Trust trust,
    List<String> teeKeyPlaces) {
  private static final String BUILD = "theca " + Version.NUMBER;

  public TokensSettings {
    teeKeyPlaces = List.copyOf(teeKeyPlaces);
  }

  /** Reads both tables; empty when something is wrong, which is noted. */
  static Optional<TokensSettings> read(Fields fields) {
    var token = fields.table("token");
    String issuer = token.text("issuer", "theca");
    Duration life = Duration.ofMinutes(token.number("life_minutes", 5, 1, 60));
    boolean verbose = token.flag("verbose", true);
    String key = token.text("private_key", "");
    String chain = token.text("certificate_chain", "");
    String url = token.text("certificate_url", "");
    if (key.isEmpty() != chain.isEmpty())
      token.wrong("private_key", "both private_key and certificate_chain, or none", "one of them");
    long rotate = token.number("rotate_days", 30, 0, 3650);
    String developer = token.text("developer", EarSettings.of(issuer, BUILD).developer());
    fields.take(token);
    var signing = TokenSettings.of(issuer);
    if (!key.isEmpty())
      signing =
          signing.withKey(new TokenSettings.KeySource.Files(Path.of(key), Path.of(chain), url));
    var ear = new EarSettings(issuer, developer, BUILD, life, verbose);
    var trust = trust(fields);
    var signer = signing;
    return trust.map(
        t -> new TokensSettings(signer, Duration.ofDays(rotate), ear, t.trust(), t.places()));
  }

  private record Read(Trust trust, List<String> places) {}

  private static Optional<Read> trust(Fields fields) {
    var table = fields.table("attestation_token");
    var sets = table.texts("trusted_jwk_sets");
    var certificates = table.texts("trusted_certs_paths");
    var places = table.texts("extra_teekey_paths");
    boolean insecure = table.flag("insecure_header_jwk", false);
    var issuers = table.texts("issuers");
    var audiences = table.texts("audiences");
    Optional<Read> read = Optional.empty();
    try {
      read =
          Optional.of(
              new Read(
                  new Trust(
                      sets.stream().map(URI::create).toList(),
                      certificates.stream().map(Path::of).toList(),
                      insecure,
                      issuers,
                      audiences),
                  places));
    } catch (IllegalArgumentException e) {
      table.wrong("trusted_jwk_sets", "addresses file:// or https://", "another text");
    }
    fields.take(table);
    return read;
  }
}
