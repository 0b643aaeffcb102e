package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The parameters that Confidential Containers' key provider takes, {@code
 * keyid=..::keypath=..::algorithm=A256GCM}. Its {@code sample} mode, a published key, is refused,
 * and so is A256CTR, which protects nothing from change.
 *
 * @param keyFile 32 bytes to use instead of a random key
 */
public record AgentParameters(KbsUri kid, Optional<Path> keyFile) {
  private static final Set<String> KNOWN = Set.of("keyid", "keypath", "algorithm", "sample");

  /** Of an empty text: a new name and a random key. */
  public static Outcome<AgentParameters> parse(String text) {
    Map<String, String> given = new HashMap<>();
    for (String part : text.isEmpty() ? new String[0] : text.split("::", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? "" : part.substring(0, equals);
      if (!KNOWN.contains(name) || given.put(name, part.substring(equals + 1)) != null)
        return bad("keyid=, keypath= and algorithm=, each once, between '::'", "another text");
    }
    if (text.indexOf('\0') >= 0) return bad("text", "a zero byte");
    if (!given.getOrDefault("algorithm", "A256GCM").equals("A256GCM"))
      return bad("algorithm=A256GCM", "another algorithm");
    if (!given.getOrDefault("sample", "false").equals("false"))
      return bad("no sample mode: its key is public", "sample");
    String keyId = given.getOrDefault("keyid", "/default/image-kek/" + UUID.randomUUID());
    return kid(keyId)
        .map(
            kid ->
                new AgentParameters(kid, Optional.ofNullable(given.get("keypath")).map(Path::of)));
  }

  /** A URI, a path of three parts, or a host (which says nothing) before such a path. */
  private static Outcome<KbsUri> kid(String text) {
    if (text.contains("://")) return KbsUri.parse(text);
    String[] parts = (text.startsWith("/") ? text.substring(1) : text).split("/", -1);
    boolean host = parts.length == 4 && !text.startsWith("/");
    return KbsUri.parse(
        "kbs:///" + String.join("/", host ? Arrays.copyOfRange(parts, 1, 4) : parts));
  }

  /** The recipient that the parameters name. Its key reaches {@code sink} before any packet. */
  public Outcome<AgentWrap> recipient(KekSink sink, AgentWrap.Form form) {
    if (keyFile.isEmpty()) return Outcome.granted(AgentWrap.fresh(kid, sink, form));
    return SecretFile.read(keyFile.get(), 32)
        .then(
            key -> {
              if (key.sizeBytes() == 32) return Outcome.granted(AgentWrap.of(kid, key, sink, form));
              key.close();
              return bad("a keypath to 32 bytes", "a file of another size");
            });
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.RECIPIENT.refuse(
        "parameters of the attestation agent", expected, found, "correct the parameters");
  }
}
