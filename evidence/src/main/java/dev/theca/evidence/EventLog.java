package dev.theca.evidence;

import dev.theca.evidence.tpm.EventLogReader;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A measured boot log in the crypto-agile format (TCG PC Client Platform Firmware Profile, section
 * 10) or, with SHA-1 alone, in the one before it, as TPMs and the CCEL table keep it. Parsed only:
 * an event is worth believing when the replay of the whole log gives the registers that evidence
 * vouches for, and its data only when it is the preimage of its digest.
 */
public record EventLog(List<Entry> entries, Optional<Integer> startupLocality) {
  public static final int SHA256 = 0xB;
  public static final int SHA384 = 0xC;
  private static final int NO_ACTION = 3;

  public EventLog {
    entries = List.copyOf(entries);
  }

  /**
   * One event.
   *
   * @param index the PCR, or the CC measurement register (1 to 4 are RTMR0 to RTMR3)
   * @param digests by TCG algorithm number
   */
  public record Entry(int index, long type, Map<Integer, byte[]> digests, byte[] data) {
    /** Whether the event's data is what was measured, by the digest of this algorithm. */
    public boolean dataIsMeasured(int algorithm) {
      byte[] digest = digests.get(algorithm);
      return digest != null && Arrays.equals(hasher(algorithm).digest(data), digest);
    }
  }

  /** At most 1 MiB; padding of FF or 00 ends the log. */
  public static Outcome<EventLog> parse(byte[] bytes) {
    return EventLogReader.parse(bytes);
  }

  private static MessageDigest hasher(int algorithm) {
    try {
      return MessageDigest.getInstance(
          switch (algorithm) {
            case 0x4 -> "SHA-1";
            case SHA256 -> "SHA-256";
            case SHA384 -> "SHA-384";
            case 0xD -> "SHA-512";
            default -> throw new IllegalArgumentException("no hash with number " + algorithm);
          });
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks a hash", e);
    }
  }

  /** Whether every event has a digest of this algorithm. */
  public boolean covers(int algorithm) {
    return entries.stream()
        .allMatch(e -> e.type() == NO_ACTION || e.digests().containsKey(algorithm));
  }

  /** What a register would hold after these events, from all zeros. */
  public byte[] replay(int index, int algorithm) {
    var hash = hasher(algorithm);
    byte[] register = new byte[hash.getDigestLength()];
    if (index == 0 && startupLocality.isPresent())
      register[register.length - 1] = startupLocality.get().byteValue();
    for (Entry entry : entries) {
      if (entry.index() != index || entry.type() == NO_ACTION) continue;
      byte[] digest = entry.digests().get(algorithm);
      if (digest == null) continue;
      hash.update(register);
      register = hash.digest(digest);
    }
    return register;
  }

  /** The events in the names of Trustee's attestation service. */
  public JsonArray claims(int algorithm) {
    var out = new ArrayList<JsonValue>();
    for (Entry entry : entries) {
      if (entry.type() == NO_ACTION) continue;
      var digests = new ArrayList<JsonValue>();
      entry
          .digests()
          .forEach(
              (alg, digest) ->
                  digests.add(
                      JsonObject.builder()
                          .put("alg", EventNames.algorithm(alg))
                          .put("digest", HexFormat.of().formatHex(digest))
                          .build()));
      out.add(
          JsonObject.builder()
              .put("index", entry.index())
              .put("type_name", EventNames.type(entry.type()))
              .put("digests", new JsonArray(digests))
              .put("event", Base64.getEncoder().encodeToString(entry.data()))
              .put("digest_matches_event", entry.dataIsMeasured(algorithm))
              .put("details", EventNames.details(entry))
              .build());
    }
    return new JsonArray(out);
  }
}
