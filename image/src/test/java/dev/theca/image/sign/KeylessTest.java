package dev.theca.image.sign;

import static dev.theca.image.sign.Judging.NAME;
import static dev.theca.image.sign.Judging.judge;
import static dev.theca.image.sign.Judging.requiring;
import static dev.theca.image.sign.Judging.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.RekorBody;
import dev.theca.forge.SigstoreCa;
import dev.theca.forge.SigstoreWorld;
import dev.theca.forge.TransparencyLog;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Signatures under certificates that live for minutes, judged off line, and the ways to cheat. */
class KeylessTest extends KeylessBed {
  /** Changes the value at a path of members and indexes. */
  private static JsonValue with(JsonValue in, List<String> path, UnaryOperator<JsonValue> change) {
    if (path.isEmpty()) return change.apply(in);
    var rest = path.subList(1, path.size());
    if (in instanceof JsonArray(var items)) {
      var copy = new ArrayList<>(items);
      int at = Integer.parseInt(path.getFirst());
      copy.set(at, with(copy.get(at), rest, change));
      return new JsonArray(copy);
    }
    var copy = new LinkedHashMap<>(((JsonObject) in).members());
    copy.put(path.getFirst(), with(copy.get(path.getFirst()), rest, change));
    return new JsonObject(copy);
  }

  private static JsonObject with(JsonObject bundle, String path, String text) {
    return (JsonObject) with(bundle, List.of(path.split("/")), _ -> new JsonString(text));
  }

  private static final String ENTRY = "verificationMaterial/tlogEntries/0/";

  @Test
  void a_bundle_under_a_certificate_of_the_pinned_root_counts() {
    attach(bundle(holder()));
    var accepted = judge(policy, repository, image);
    assertThat(why(accepted)).first().asString().startsWith("accepted");
    var held = (Accepted.Held.Signature) accepted.orThrow().held().getFirst();
    assertThat(held.signer()).isEqualTo(EMAIL + " (" + ISSUER + ")");
    assertThat(held.name()).isEqualTo(NAME);
  }

  @Test
  void a_signature_over_the_manifest_itself_counts_where_names_are_given_up() {
    attach(world.messageBundle(holder(), image.bytes(), AT));
    assertThat(why(judge(policy, repository, image))).last().asString().contains("without a name");
    var open = new LinkedHashMap<>(rule(Map.of("subjectEmail", EMAIL)).members());
    open.put("signedIdentity", JsonObject.builder().put("type", "insecureAnyRepository").build());
    assertThat(judge(requiring(new JsonObject(open)), repository, image).isGranted()).isTrue();
  }

  @Test
  void a_message_of_another_image_does_not_count() {
    var other = repository.image("other");
    refusedFor(world.messageBundle(holder(), other.bytes(), AT), "about " + other.digest());
  }

  @Test
  void cosigns_older_annotations_count() {
    attachAnnotated(holder(), true);
    assertThat(why(judge(policy, repository, image))).first().asString().startsWith("accepted");
  }

  @Test
  void annotations_without_the_logs_answer_do_not_count() {
    attachAnnotated(holder(), false);
    assertThat(why(judge(policy, repository, image))).last().asString().contains("without one");
  }

  @Test
  void containers_images_form_with_ca_and_log_key_counts() {
    attachAnnotated(holder(), true);
    String roots = world.ca().chain().stream().map(SigstoreWorld::pem).reduce("", String::concat);
    var fulcio =
        JsonObject.builder()
            .put(
                "caData",
                Base64.getEncoder().encodeToString(roots.getBytes(StandardCharsets.UTF_8)))
            .put("oidcIssuer", ISSUER)
            .put("subjectEmail", EMAIL)
            .build();
    String key = Pem.write("PUBLIC KEY", world.log().key().getEncoded());
    var rule =
        Judging.sigstore(Map.of("fulcio", fulcio, "rekorPublicKeyData", new JsonString(key)));
    assertThat(why(judge(requiring(rule), repository, image)))
        .first()
        .asString()
        .startsWith("accepted");
  }

  private void attachAnnotated(SigstoreWorld.Holder by, boolean logged) {
    byte[] payload =
        new SimpleSigning(SimpleSigning.COSIGN, NAME, image.digest())
            .bytes(JsonObject.builder().build());
    byte[] signature = SigstoreWorld.sign(by.key(), payload);
    String pem = SigstoreWorld.pem(by.certificate());
    int index = world.log().append(RekorBody.hashedRekord(payload, signature, pem));
    var annotations = new LinkedHashMap<String, String>();
    annotations.put(SigstoreCandidates.SIGNATURE, Base64.getEncoder().encodeToString(signature));
    annotations.put(SigstoreCandidates.CERTIFICATE, pem);
    annotations.put(SigstoreCandidates.CHAIN, SigstoreWorld.pem(world.ca().chain().getFirst()));
    if (logged)
      annotations.put(SigstoreCandidates.BUNDLE, Json.text(world.log().annotation(index, AT)));
    repository.signatureImage(
        SigstoreCandidates.tag(image.digest()),
        List.of(new FakeRepository.Layer(SigstoreCandidates.PAYLOAD_TYPE, payload, annotations)));
  }

  @Test
  void a_key_signature_must_be_in_the_log_when_the_policy_names_a_log() {
    var key = Keys.of("secp256r1");
    String pem = Keys.pem(key);
    var rule =
        Judging.sigstore(
            Map.of(
                "keyData",
                new JsonString(pem),
                "rekorPublicKeyData",
                new JsonString(Pem.write("PUBLIC KEY", world.log().key().getEncoded()))));
    byte[] payload =
        new SimpleSigning(SimpleSigning.COSIGN, NAME, image.digest())
            .bytes(JsonObject.builder().build());
    byte[] signature = SigstoreWorld.sign(key, payload);
    int index = world.log().append(RekorBody.hashedRekord(payload, signature, pem));
    var annotations = new LinkedHashMap<String, String>();
    annotations.put(SigstoreCandidates.SIGNATURE, Base64.getEncoder().encodeToString(signature));
    var layer = new FakeRepository.Layer(SigstoreCandidates.PAYLOAD_TYPE, payload, annotations);
    repository.signatureImage(SigstoreCandidates.tag(image.digest()), List.of(layer));
    assertThat(why(judge(requiring(rule), repository, image))).last().asString().contains("log");
    annotations.put(SigstoreCandidates.BUNDLE, Json.text(world.log().annotation(index, AT)));
    repository.signatureImage(SigstoreCandidates.tag(image.digest()), List.of(layer));
    assertThat(judge(requiring(rule), repository, image).isGranted()).isTrue();
  }

  @Test
  void a_certificate_outside_its_validity_does_not_count() {
    var by = holder();
    var late = world.bundle(by, InToto.PAYLOAD_TYPE, statement(), AT.plus(Duration.ofHours(1)));
    refusedFor(late, "image-signer-certificate", "valid at 2026-03-01T11:00:00Z");
  }

  @Test
  void a_promise_for_another_time_is_none_for_this_one() {
    var late =
        world.bundle(holder(), InToto.PAYLOAD_TYPE, statement(), AT.plus(Duration.ofHours(1)));
    refusedFor(
        with(late, ENTRY + "integratedTime", Long.toString(AT.getEpochSecond())),
        "image-log-entry",
        "another promise");
  }

  @Test
  void a_promise_over_another_entry_is_none_for_this_one() {
    var mine = bundle(holder());
    var other = bundle(holder());
    String promise =
        ((JsonObject) other.object("verificationMaterial").get().array("tlogEntries").get().get(0))
            .object("inclusionPromise")
            .get()
            .string("signedEntryTimestamp")
            .get();
    refusedFor(
        with(mine, ENTRY + "inclusionPromise/signedEntryTimestamp", promise), "another promise");
  }

  @Test
  void an_entry_about_another_signature_does_not_count() {
    var by = holder();
    var mine = bundle(by);
    var other =
        world.bundle(by, InToto.PAYLOAD_TYPE, InToto.statement(NAME + "2", image.digest()), AT);
    var entries = other.object("verificationMaterial").get().get("tlogEntries").get();
    refusedFor(
        (JsonObject) with(mine, List.of("verificationMaterial", "tlogEntries"), _ -> entries),
        "about others");
  }

  @Test
  void an_entry_about_another_certificate_does_not_count() {
    var by = holder();
    var mine = bundle(by);
    var again =
        new SigstoreWorld.Holder(
            by.key(), world.ca().issue(leaf(by.key(), SigstoreCa.email("mallory@example.com"))));
    refusedFor(
        with(
            mine,
            "verificationMaterial/certificate/rawBytes",
            Base64.getEncoder().encodeToString(again.certificate())),
        "about others");
  }

  @Test
  void the_checkpoint_of_another_log_proves_nothing() {
    var other = new TransparencyLog("log.forged.invalid - 1");
    for (int i = 0; i < 6; i++) other.append(new byte[] {(byte) i});
    refusedFor(
        with(bundle(holder()), ENTRY + "inclusionProof/checkpoint/envelope", other.checkpoint()),
        "checkpoint of the same log");
  }

  @Test
  void the_checkpoint_of_another_moment_proves_nothing() {
    var mine = bundle(holder());
    world.log().append(new byte[1]);
    refusedFor(
        with(mine, ENTRY + "inclusionProof/checkpoint/envelope", world.log().checkpoint()),
        "in the tree of its checkpoint");
  }

  @Test
  void a_path_to_elsewhere_proves_nothing() {
    refusedFor(
        with(
            bundle(holder()),
            ENTRY + "inclusionProof/hashes/0",
            Base64.getEncoder().encodeToString(new byte[32])),
        "path from the entry");
  }

  @Test
  void a_bundle_without_a_proof_is_too_old_for_its_version() {
    var by = holder();
    byte[] signature =
        SigstoreWorld.sign(
            by.key(), SigstoreWorld.preAuthentication(InToto.PAYLOAD_TYPE, statement()));
    int index =
        world
            .log()
            .append(RekorBody.dsse(statement(), signature, SigstoreWorld.pem(by.certificate())));
    var entry = world.log().entry(index, AT, "dsse", "0.0.1", false);
    var bundle = SigstoreWorld.bundle(by, InToto.PAYLOAD_TYPE, statement(), signature, entry);
    refusedFor(bundle, "with an inclusion proof");
    attach(with(bundle, "mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.1"));
    assertThat(judge(policy, repository, image).isGranted()).isTrue();
  }

  @Test
  void another_worlds_signatures_do_not_count() {
    var other = new SigstoreWorld(AT.minus(Duration.ofDays(1)));
    var key = Keys.of("secp256r1");
    var by = new SigstoreWorld.Holder(key, other.ca().issue(leaf(key, SigstoreCa.email(EMAIL))));
    refusedFor(other.bundle(by, InToto.PAYLOAD_TYPE, statement(), AT), "of another log");
  }

  @Test
  void a_certificate_of_another_ca_of_the_same_name_does_not_count() {
    var other = new SigstoreCa("forged signing CA", AT.minusSeconds(9), AT.plusSeconds(9));
    var key = Keys.of("secp256r1");
    var by = new SigstoreWorld.Holder(key, other.issue(leaf(key, SigstoreCa.email(EMAIL))));
    refusedFor(bundle(by), "image-signer-certificate", "issued by");
  }

  @Test
  void a_certificate_that_no_log_promised_does_not_count() {
    var key = Keys.of("secp256r1");
    var leaf = leaf(key, SigstoreCa.email(EMAIL));
    refusedFor(
        bundle(new SigstoreWorld.Holder(key, world.ca().issueUnlogged(leaf))),
        "a promise of a certificate log");
  }

  @Test
  void a_certificate_that_a_strange_log_promised_does_not_count() {
    var key = Keys.of("secp256r1");
    var leaf = leaf(key, SigstoreCa.email(EMAIL));
    refusedFor(
        bundle(new SigstoreWorld.Holder(key, world.ca().issueLoggedElsewhere(leaf))),
        "promises of others");
  }

  @Test
  void the_signature_of_another_key_under_a_good_certificate_does_not_count() {
    var by = holder();
    var thief = new SigstoreWorld.Holder(Keys.of("secp256r1"), by.certificate());
    refusedFor(bundle(thief), "by its certificate's key");
  }

  @Test
  void a_root_whose_authority_has_ended_does_not_count() {
    attach(bundle(holder()));
    String root = new String(world.trustedRoot(), StandardCharsets.UTF_8);
    String start = AT.minus(Duration.ofDays(100)).toString();
    String ended =
        root.replace(
            "\"start\":\"" + start + "\"",
            "\"start\":\"" + start + "\",\"end\":\"2026-01-01T00:00:00Z\"");
    assertThat(ended).isNotEqualTo(root);
    var rule = rule(Map.of("subjectEmail", EMAIL), ISSUER, ended.getBytes(StandardCharsets.UTF_8));
    assertThat(judge(requiring(rule), repository, image).isGranted()).isFalse();
  }

  @Test
  void a_plain_key_is_no_certificate() {
    new CosignSigner(SigningKey.of(Keys.of("secp256r1")).orThrow())
        .byTag(repository, repository, NAME, image.digest())
        .orThrow();
    assertThat(why(judge(policy, repository, image))).last().asString().contains("by a plain key");
  }
}
