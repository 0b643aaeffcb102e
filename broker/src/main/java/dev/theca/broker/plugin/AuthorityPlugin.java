package dev.theca.broker.plugin;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import dev.theca.wire.x509.Certificate;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The paths of the X.509 authority ({@code name = "x509-ca"}), under {@code /kbs/v0/ca}:
 *
 * <ul>
 *   <li>{@code POST certificate}, attested: a PKCS#10 request in DER or PEM, answered with the
 *       chain in PEM, the new certificate first
 *   <li>{@code GET chain}, attested: the authority's certificates in PEM
 *   <li>{@code GET crl}, attested: the revocation list in DER (RFC 5280)
 *   <li>{@code POST revoke}, administrator: {@code {"serial":"<hex>"}}
 * </ul>
 *
 * Nothing in the answers is secret, so they are not encrypted to the TEE.
 */
final class AuthorityPlugin implements Plugin {
  private static final String NAME = "ca";

  private final CertificateIssuer issuer;

  AuthorityPlugin(CertificateIssuer issuer) {
    this.issuer = issuer;
  }

  static Outcome<Plugin> of(Fields settings, Plugins.Parts parts) {
    var read = AuthoritySettings.read(settings);
    return settings.make(
        () -> {
          try {
            return Outcome.granted(
                new AuthorityPlugin(new CertificateIssuer(read, parts, authority(read, parts))));
          } catch (IllegalArgumentException e) {
            return PluginCode.BAD_PLUGIN_SETTINGS.refuse(
                "plugin x509-ca",
                "an authority's certificates and its private key in PEM",
                String.valueOf(e.getMessage()),
                "correct the files");
          }
        });
  }

  private static Authority authority(AuthoritySettings read, Plugins.Parts parts) {
    return read.certificates()
        .flatMap(chain -> read.key().map(key -> Authority.files(chain, key)))
        .orElseGet(
            () ->
                Authority.made(
                    parts.database(),
                    parts.sealer(),
                    read.authority(),
                    read.authorityLife(),
                    parts.clock().instant()));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean needsAdmin(Call call) {
    return call.path().size() == 1 && call.path().getFirst().equals("revoke");
  }

  @Override
  public boolean encrypts(Call call) {
    return false;
  }

  @Override
  public Answer handle(Call call) {
    if (call.path().size() != 1) return Answers.unknown(NAME);
    return switch (call.method() + " " + call.path().getFirst()) {
      case "POST certificate" -> issue(call);
      case "GET chain" -> Answer.bytes("application/x-pem-file", pem(Optional.empty()));
      case "GET crl" -> Answer.bytes("application/pkix-crl", issuer.crl());
      case "POST revoke" -> revoke(call);
      default -> Answers.unknown(NAME);
    };
  }

  private Answer issue(Call call) {
    var claims = call.tokenClaims();
    if (claims.isEmpty())
      return Answer.error(401, "TokenNotFound", "a certificate is for attested clients");
    return switch (CertificateRequest.parse(call.body())) {
      case Outcome.Refused<CertificateRequest>(var reasons) -> Answers.refused(400, reasons);
      case Outcome.Granted<CertificateRequest>(var request) ->
          switch (issuer.issue(request, claims.get(), call.actor())) {
            case Outcome.Refused<byte[]>(var reasons) -> {
              issuer.refused(reasons, call.actor());
              yield Answers.refused(403, reasons);
            }
            case Outcome.Granted<byte[]>(byte[] certificate) ->
                Answer.bytes("application/pem-certificate-chain", pem(Optional.of(certificate)));
          };
    };
  }

  private byte[] pem(Optional<byte[]> leaf) {
    String chain =
        issuer.authority().chain().stream()
            .map(Certificate::encoded)
            .map(der -> Pem.write("CERTIFICATE", der))
            .collect(Collectors.joining());
    return (leaf.map(der -> Pem.write("CERTIFICATE", der)).orElse("") + chain)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private Answer revoke(Call call) {
    var limits = Limits.DEFAULT.withBytes(1024).withDepth(2);
    return switch (Json.object(call.body(), limits).then(json -> json.requireString("serial"))) {
      case Outcome.Refused<String>(var reasons) -> Answers.refused(400, reasons);
      case Outcome.Granted<String>(String serial) -> {
        String hex = serial.replace(":", "").toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{1,40}")) yield Answers.bad("a serial has 1 to 40 hex digits");
        yield issuer
            .revoke(new BigInteger(hex, 16), call.actor())
            .map(
                at ->
                    Answer.json(
                        JsonObject.builder()
                            .put("serial", hex)
                            .put("revoked", at.toString())
                            .build()))
            .orElseGet(() -> Answers.missing("no certificate " + hex + " is known"));
      }
    };
  }

  static Refusal denied(String what, String expected, String found) {
    return new Refusal(
        PluginCode.CERTIFICATE_NAME_DENIED,
        what,
        expected,
        found,
        "leave the name out of the request, or add it to the plugin's settings");
  }
}
