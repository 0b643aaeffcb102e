package dev.theca.image.sign;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.image.sign.Members.Bad;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A trust policy of the Notary Project (notaryproject/specifications, "Trust Store and Trust
 * Policy", version 1.0), a part of it: level {@code strict}, stores {@code ca:NAME}, identities
 * {@code *} or the exact text of a subject. Certificates must be valid now; they are <b>not</b>
 * checked for revocation, which asks for the network. Signatures name a digest and no repository:
 * the signer's other images may stand in for this one within a registry scope.
 */
public final class NotationPolicy {
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final int MAX_SIGNATURES = 32;

  private record Statement(Set<String> scopes, List<Certificate> anchors, Set<String> identities) {}

  private final List<Statement> statements;

  private NotationPolicy(List<Statement> statements) {
    this.statements = List.copyOf(statements);
  }

  /** Reads a policy; {@code stores} are the certificates of the stores of type {@code ca}, PEM. */
  public static Outcome<NotationPolicy> parse(byte[] json, Map<String, byte[]> stores) {
    return Json.object(json)
        .then(
            object -> {
              try {
                return Outcome.granted(read(object, stores));
              } catch (Bad e) {
                return e.refused();
              }
            });
  }

  private static NotationPolicy read(JsonObject json, Map<String, byte[]> stores) throws Bad {
    var in = new Members("trust policy", json, Set.of("version", "trustPolicies"));
    if (!in.need("version").equals("1.0")) throw in.bad("version 1.0", "another");
    var statements = new ArrayList<Statement>();
    var seen = new HashMap<String, String>();
    for (JsonValue item : json.array("trustPolicies").orElse(List.of())) {
      var known =
          Set.of(
              "name",
              "registryScopes",
              "signatureVerification",
              "trustStores",
              "trustedIdentities");
      var one = new Members("trust policy", item, known);
      String name = one.need("name");
      var level =
          new Members(
              name, one.value("signatureVerification").orElse(new JsonNull()), Set.of("level"));
      if (!level.need("level").equals("strict")) throw level.bad("level strict", "another");
      var anchors = new ArrayList<Certificate>();
      for (String store : one.texts("trustStores")) anchors.addAll(store(one, store, stores));
      var scopes = Set.copyOf(one.texts("registryScopes"));
      var identities = Set.copyOf(one.texts("trustedIdentities"));
      if (anchors.isEmpty() || scopes.isEmpty() || identities.isEmpty())
        throw one.bad("scopes, stores and identities", "none");
      for (String scope : scopes)
        if (seen.put(scope, name) != null) throw one.bad("each scope once", SignCode.shown(scope));
      for (String who : identities)
        if (!who.equals("*") && !who.startsWith("x509.subject:"))
          throw one.bad("identity * or x509.subject:", SignCode.shown(who));
      statements.add(new Statement(scopes, anchors, identities));
    }
    if (statements.isEmpty()) throw in.bad("at least one policy", "none");
    return new NotationPolicy(statements);
  }

  private static List<Certificate> store(Members in, String store, Map<String, byte[]> stores)
      throws Bad {
    var bytes = store.startsWith("ca:") ? stores.get(store.substring(3)) : null;
    if (bytes == null) throw in.bad("a store ca:NAME that is there", SignCode.shown(store));
    var found = new ArrayList<Certificate>();
    var text = new String(bytes, StandardCharsets.US_ASCII);
    for (byte[] der : Pem.read("CERTIFICATE", text).orElse(List.of()))
      if (Certificate.parse(der) instanceof Outcome.Granted<Certificate>(var one)) found.add(one);
      else throw in.bad("certificates in store " + store, "another block");
    return found;
  }

  /** Judges an image as {@link ImagePolicy#accept} does. */
  public Outcome<Accepted> accept(
      ImageRef asByUser, Set<Digest> digests, ImageReader repository, InstantSource now) {
    var statement = statement(asByUser.name());
    if (statement.isEmpty())
      return SignCode.REJECTED.refused(
          "image " + asByUser,
          "a trust policy for it",
          "none",
          "add its scope to the trust policy");
    var reasons = new ArrayList<Refusal>();
    for (Digest digest : digests) {
      var list = repository.referrers(digest, NotationEnvelope.ARTIFACT);
      if (list instanceof Outcome.Refused<List<Descriptor>>(var why)) reasons.addAll(why);
      else {
        for (Descriptor one : list.orThrow().stream().limit(MAX_SIGNATURES).toList()) {
          switch (held(one, digests, statement.get(), repository, now.instant())) {
            case Outcome.Granted<Accepted.Held>(var held) -> {
              var name = new ImageName.Docker(asByUser);
              return Outcome.granted(new Accepted(name, "notation", List.of(held)));
            }
            case Outcome.Refused<Accepted.Held>(var why) -> reasons.add(why.getFirst());
          }
        }
      }
    }
    reasons.addFirst(
        new Refusal(
            SignCode.UNSIGNED,
            "image " + asByUser,
            "a Notation signature that meets the trust policy",
            reasons.size() + " signatures of which none counts",
            "sign the image with a certificate of the trust store"));
    return Outcome.refused(reasons);
  }

  private Optional<Statement> statement(String repository) {
    for (String scope : List.of(repository, "*"))
      for (Statement one : statements) if (one.scopes.contains(scope)) return Optional.of(one);
    return Optional.empty();
  }

  private static Outcome<Accepted.Held> held(
      Descriptor referrer, Set<Digest> digests, Statement by, ImageReader repository, Instant now) {
    String place = "referrer " + referrer.digest();
    return repository
        .document(referrer.digest())
        .then(
            found ->
                found
                    .map(NotationPolicy::layer)
                    .orElseGet(() -> NotationEnvelope.bad("a manifest", "none")))
        .then(layer -> repository.small(layer, NotationEnvelope.MAX_BYTES))
        .then(NotationEnvelope::parse)
        .then(
            envelope ->
                signer(envelope, by, now).then(leaf -> held(place, envelope, leaf, digests)));
  }

  private static Outcome<Descriptor> layer(Document document) {
    return Manifest.parse(document)
        .then(
            manifest ->
                manifest.layers().size() == 1
                        && manifest.layers().getFirst().mediaType().equals(NotationEnvelope.TYPE)
                    ? Outcome.granted(manifest.layers().getFirst())
                    : NotationEnvelope.bad("one layer " + NotationEnvelope.TYPE, "others"));
  }

  private static Outcome<Certificate> signer(NotationEnvelope envelope, Statement by, Instant now) {
    var chain = new ArrayList<Certificate>();
    for (byte[] der : envelope.certificates())
      if (Certificate.parse(der) instanceof Outcome.Granted<Certificate>(var one)) chain.add(one);
      else return NotationEnvelope.bad("certificates", "another block");
    var leaf = chain.removeFirst();
    if (envelope.expiry().filter(e -> !now.isBefore(e)).isPresent())
      return NotationEnvelope.bad("a signature that has not expired", "" + envelope.expiry().get());
    var subject = "x509.subject: " + leaf.subject();
    if (!by.identities.contains("*") && !by.identities.contains(subject))
      return SignCode.SIGNER.refused(
          "Notation signature",
          String.join(" or ", by.identities),
          SignCode.shown(subject),
          "add the signer to trustedIdentities");
    var between = chain.stream().limit(3).toList();
    return new CertificatePath(by.anchors, between, now)
        .issuerOf(leaf, CODE_SIGNING)
        .then(_ -> SignatureKey.spki(leaf.spki()))
        .then(
            key ->
                JoseAlgorithm.holds(
                        envelope.algorithm(), key, envelope.input(), envelope.signature())
                    ? Outcome.granted(leaf)
                    : NotationEnvelope.bad("a signature of its certificate", "another"));
  }

  private static Outcome<Accepted.Held> held(
      String place, NotationEnvelope envelope, Certificate leaf, Set<Digest> digests) {
    return envelope
        .target()
        .then(
            digest ->
                digests.contains(digest)
                    ? Outcome.granted(
                        new Accepted.Held.Signature(
                            "notation",
                            place,
                            Digest.sha256(leaf.spki()).hex(),
                            leaf.subject().text(),
                            "",
                            digest))
                    : SignCode.CLAIM.refused(
                        place, "about this image", "about " + digest, "sign this image"));
  }
}
