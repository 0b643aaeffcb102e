package dev.theca.wire.initdata;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Init data: configuration of an enclave that is not measured with it but bound to it by a digest
 * in its report (CONFIGID). The digest is over the raw text, so the text is kept.
 */
public record InitData(String text, String algorithm, Map<String, String> data) {
  private static final int MAX = 256 << 10;
  private static final int CONFIG_ID = 64;

  public static Outcome<InitData> parse(byte[] raw) {
    if (raw.length > MAX) return refused("at most " + MAX + " bytes", raw.length + " bytes");
    String text = new String(raw, StandardCharsets.UTF_8);
    return Toml.parse(text)
        .then(
            toml -> {
              String algorithm = toml.string("algorithm").orElse("");
              if (!algorithm.matches("sha256|sha384|sha512"))
                return refused("algorithm sha256, sha384 or sha512", "'" + algorithm + "'");
              var data = new LinkedHashMap<String, String>();
              for (var entry :
                  toml.object("data").orElse(JsonObject.builder().build()).members().entrySet()) {
                if (!(entry.getValue() instanceof JsonString(String value)))
                  return refused("texts in [data]", "another value in '" + entry.getKey() + "'");
                data.put(entry.getKey(), value);
              }
              return Outcome.granted(new InitData(text, algorithm, Map.copyOf(data)));
            });
  }

  public byte[] digest() {
    return Digest.hasher(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest as it stands in an SGX report: 64 bytes, padded with zeroes. */
  public byte[] configId() {
    return Arrays.copyOf(digest(), CONFIG_ID);
  }

  public String configIdHex() {
    return HexFormat.of().formatHex(configId());
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("bad-init-data"), "init data", expected, found, "correct the init data");
  }
}
