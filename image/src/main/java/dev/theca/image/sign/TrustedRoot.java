package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A sigstore trusted root ({@code trusted_root.json}, protobuf-specs "TrustedRoot"), pinned by its
 * owner and never fetched here: certificate authorities, transparency logs, certificate logs and
 * timestamp authorities.
 */
record TrustedRoot(
    List<TrustedAuthority> authorities,
    List<TrustedLog> logs,
    List<TrustedLog> certificateLogs,
    List<TrustedAuthority> timestampAuthorities) {
  private static final int MAX_ENTRIES = 64;
  private static final List<String> TYPES =
      List.of(
          "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
          "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
          "application/vnd.dev.sigstore.trustedroot.v0.2+json");

  /** What is wrong with a root; leaves this class as a refusal. */
  private static final class Bad extends Exception {
    private static final long serialVersionUID = 1L;

    Bad(String what) {
      super(what, null, false, false);
    }
  }

  static Outcome<TrustedRoot> parse(byte[] json) {
    return Json.object(json).then(TrustedRoot::read);
  }

  private static Outcome<TrustedRoot> read(JsonObject json) {
    try {
      if (!TYPES.contains(json.string("mediaType").orElse("")))
        throw new Bad("media type " + SignCode.shown(json.string("mediaType").orElse("")));
      var root =
          new TrustedRoot(
              authorities(json, "certificateAuthorities"),
              logs(json, "tlogs"),
              logs(json, "ctlogs"),
              authorities(json, "timestampAuthorities"));
      if (root.authorities.isEmpty()) throw new Bad("no certificate authority");
      return Outcome.granted(root);
    } catch (Bad e) {
      return SignCode.ROOT.refused(
          "trusted root",
          "a sigstore trusted root (trusted_root.json)",
          String.valueOf(e.getMessage()),
          "take the trusted root from its issuer again");
    }
  }

  private static List<JsonObject> objects(JsonObject json, String name) throws Bad {
    var list = new ArrayList<JsonObject>();
    for (JsonValue item : json.array(name).orElse(List.of())) {
      if (!(item instanceof JsonObject object)) throw new Bad(name + " with other than objects");
      list.add(object);
    }
    if (list.size() > MAX_ENTRIES) throw new Bad("more than " + MAX_ENTRIES + " " + name);
    return list;
  }

  private static List<TrustedAuthority> authorities(JsonObject json, String name) throws Bad {
    var list = new ArrayList<TrustedAuthority>();
    for (JsonObject one : objects(json, name)) {
      var chain = new ArrayList<Certificate>();
      for (JsonObject entry : objects(need(one.object("certChain"), "certChain"), "certificates")) {
        switch (Certificate.parse(bytes(entry, "rawBytes"))) {
          case Outcome.Granted<Certificate>(var certificate) -> chain.add(certificate);
          case Outcome.Refused<Certificate>(var why) ->
              throw new Bad("a certificate that is none: " + why.getFirst().found());
        }
      }
      if (chain.isEmpty()) throw new Bad("an authority without certificates");
      list.add(new TrustedAuthority(chain, validity(one.object("validFor"))));
    }
    return List.copyOf(list);
  }

  private static List<TrustedLog> logs(JsonObject json, String name) throws Bad {
    var list = new ArrayList<TrustedLog>();
    for (JsonObject one : objects(json, name)) {
      var publicKey = need(one.object("publicKey"), "publicKey");
      if (!one.string("hashAlgorithm").orElse("SHA2_256").equals("SHA2_256"))
        throw new Bad("a log with another hash than SHA2_256");
      byte[] id = bytes(need(one.object("logId"), "logId"), "keyId");
      var use = validity(publicKey.object("validFor"));
      // A key of a kind that is unknown here cannot verify anything; its log is left out.
      if (SignatureKey.spki(bytes(publicKey, "rawBytes"))
          instanceof Outcome.Granted<SignatureKey>(var key)) list.add(new TrustedLog(id, key, use));
    }
    return List.copyOf(list);
  }

  private static Validity validity(Optional<JsonObject> span) throws Bad {
    if (span.isEmpty()) return Validity.ALWAYS;
    return new Validity(
        instant(span.get(), "start", Instant.MIN), instant(span.get(), "end", Instant.MAX));
  }

  private static Instant instant(JsonObject json, String name, Instant absent) throws Bad {
    var value = json.get(name);
    if (value.isEmpty()) return absent;
    try {
      return Instant.parse(need(json.string(name), name));
    } catch (DateTimeParseException e) {
      throw new Bad("a time that is none");
    }
  }

  private static byte[] bytes(JsonObject json, String name) throws Bad {
    try {
      return Base64.getDecoder().decode(need(json.string(name), name));
    } catch (IllegalArgumentException e) {
      throw new Bad(name + " that is not base64");
    }
  }

  private static <T> T need(Optional<T> value, String name) throws Bad {
    if (value.isEmpty()) throw new Bad("no " + name);
    return value.get();
  }
}
