package dev.theca.fuzz;

import dev.theca.broker.FuzzDoor;
import dev.theca.broker.audit.AuditVerify;
import dev.theca.broker.audit.Expected;
import dev.theca.broker.grpc.FuzzGrpc;
import dev.theca.broker.reference.ReferenceMessages;
import dev.theca.broker.reference.ReferenceSigner;
import dev.theca.wire.der.Der;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What strangers, workloads and administrators send to a broker, each through the whole of it: an
 * answer or a refusal comes out, and nothing else.
 */
final class BrokerTarget {
  private static final JsonObject CLAIMS =
      Json.object(
              utf8(
                  "{\"submods\":{\"cpu0\":{\"ear.veraison.annotated-evidence\":{\"init_data_claims\":"
                      + "{\"repo\":\"shop\",\"name\":\"web\"}}}}}"))
          .orThrow();

  /** Stands for the nonce of the challenge, so that what comes after it is reached. */
  private static final String NONCE = "NONCE-OF-THE-CHALLENGE";

  /** Opened with the first input. */
  private static final class Door {
    static final FuzzDoor OPEN = FuzzDoor.open();
  }

  private BrokerTarget() {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String header(byte[] in) {
    return new String(in, StandardCharsets.ISO_8859_1).replaceAll("[\\r\\n\\x00]", "?");
  }

  private static Map<String, List<String>> headers(String name, String value) {
    return Map.of(name, List.of(value));
  }

  static Map<String, CoverageTargets.Target> targets() {
    var all = new TreeMap<String, CoverageTargets.Target>();
    all.put("broker-auth", in -> Door.OPEN.ask("POST", "/kbs/v0/auth", Map.of(), in));
    all.put(
        "broker-attest",
        in -> {
          var challenge = Door.OPEN.challenge();
          String text = new String(in, StandardCharsets.ISO_8859_1);
          byte[] answered =
              text.replace(NONCE, challenge.nonce()).getBytes(StandardCharsets.ISO_8859_1);
          Door.OPEN.ask("POST", "/kbs/v0/attest", headers("cookie", challenge.cookie()), answered);
        });
    all.put("broker-reference", in -> Door.OPEN.admin("POST", "/kbs/v0/reference-value", in));
    all.put(
        "broker-cookie",
        in ->
            Door.OPEN.ask(
                "GET", "/kbs/v0/resource/a/b/c", headers("cookie", header(in)), new byte[0]));
    all.put(
        "broker-token",
        in ->
            Door.OPEN.ask(
                "GET",
                "/kbs/v0/resource/a/b/c",
                headers("authorization", "Bearer " + header(in)),
                new byte[0]));
    all.put(
        "broker-admin",
        in -> {
          var answer =
              Door.OPEN.ask(
                  "GET",
                  "/theca/v1/audit",
                  headers("authorization", "Bearer " + header(in)),
                  new byte[0]);
          if (answer.status() == 200) throw new IllegalStateException("a stranger administrates");
        });
    all.put("broker-request", in -> Door.OPEN.plugin("ca", "certificate", in, CLAIMS));
    all.put("broker-grpc", FuzzGrpc::take);
    all.put(
        "broker-audit",
        in -> {
          try {
            var unused = AuditVerify.verify(new ByteArrayInputStream(in), Expected.nothing());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return all;
  }

  /** Good inputs, from which bad ones are made. */
  static Map<String, List<byte[]>> seeds() {
    var all = new TreeMap<String, List<byte[]>>();
    all.put(
        "broker-auth",
        List.of(
            utf8(
                "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":"
                    + "{\"supported-hash-algorithms\":[\"sha256\",\"sha384\"]}}")));
    all.put("broker-attest", List.of(attestation("quote"), attestation("attestation_report")));
    all.put("broker-reference", references());
    all.put(
        "broker-cookie",
        List.of(utf8(Door.OPEN.challenge().cookie()), utf8("a=b; kbs-session-id=\"x\"")));
    all.put("broker-token", List.of(jwt("ES256")));
    all.put("broker-admin", List.of(jwt("EdDSA"), utf8("theca_root_AAAAAAAAAAAAAAAAAAAA")));
    all.put("broker-request", List.of(request()));
    all.put("broker-grpc", List.of(message()));
    all.put("broker-audit", List.of(Door.OPEN.admin("GET", "/theca/v1/audit", new byte[0]).body()));
    return all;
  }

  private static byte[] attestation(String member) {
    String key = Json.text(Jwk.generate("P-256").publicJson());
    return utf8(
        "{\"init-data\":{\"format\":\"toml\",\"body\":\"version = \\\"0.1.0\\\"\\nalgorithm ="
            + " \\\"sha256\\\"\\n[data]\\n\"},\"runtime-data\":{\"nonce\":\""
            + NONCE
            + "\",\"tee-pubkey\":"
            + key
            + "},\"tee-evidence\":{\"primary_evidence\":{\""
            + member
            + "\":\"AwACAAAA\"},\"additional_evidence\":\"{\\\"nvidia\\\":{}}\"}}");
  }

  private static List<byte[]> references() {
    var sample = ReferenceMessages.sample(Json.object(utf8("{\"a\":[\"1\"]}")).orThrow());
    var signed = new ReferenceSigner("k", Jwk.generate("P-256")).sign(sample, Instant.now());
    byte[] swid =
        utf8(
            "<SoftwareIdentity xmlns=\"http://standards.iso.org/iso/19770/-2/2015/schema.xsd\""
                + " name=\"n\"><Payload><Resource type=\"Measurement\" index=\"0\"/></Payload>"
                + "</SoftwareIdentity>");
    byte[] corim = {(byte) 0xD9, 1, (byte) 0xF5, (byte) 0xA2, 0, 0x61, 'x', 1, (byte) 0x80};
    return List.of(
        Json.write(sample),
        Json.write(signed),
        Json.write(ReferenceMessages.swid(swid)),
        Json.write(ReferenceMessages.corim(corim)));
  }

  private static byte[] jwt(String alg) {
    var url = Base64.getUrlEncoder().withoutPadding();
    return utf8(
        url.encodeToString(utf8("{\"alg\":\"" + alg + "\",\"kid\":\"k\",\"typ\":\"JWT\"}"))
            + "."
            + url.encodeToString(utf8("{\"iss\":\"theca\",\"role\":\"admin\",\"exp\":9999999999}"))
            + "."
            + url.encodeToString(new byte[64]));
  }

  /** A certificate request of RFC 2986. */
  private static byte[] request() {
    try {
      var pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
      byte[] info =
          Der.sequence(
              Der.integer(0),
              Der.sequence(),
              pair.getPublic().getEncoded(),
              Der.element(0xA0, new byte[0]));
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(info);
      return Der.sequence(
          info, Der.sequence(Der.oid("1.2.840.10045.4.3.2")), Der.bits(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** kbs-protocol.md, section 10.1, AttestationRequest. */
  private static byte[] message() {
    byte[] one =
        new ProtoWriter()
            .string(1, "sgx")
            .string(3, "eyJxdW90ZSI6IkFBQUEifQ")
            .string(5, "{\"nonce\":\"x\"}")
            .string(7, "version = \"0.1.0\"\nalgorithm = \"sha256\"\n[data]\n")
            .string(8, "sha384")
            .toBytes();
    return new ProtoWriter().message(1, one).string(2, "default").toBytes();
  }

  /** Writes the seeds of a target into a folder, for the coverage-guided fuzzer. */
  public static void main(String[] args) throws IOException {
    var mine = seeds().getOrDefault(args[0], List.of());
    for (int i = 0; i < mine.size(); i++)
      Files.write(Path.of(args[1]).resolve("seed" + i), mine.get(i));
  }
}
