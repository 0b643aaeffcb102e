package dev.theca.broker.appraise;

import dev.theca.broker.appraise.Attester.InitDataGiven;
import dev.theca.broker.appraise.Attester.Runtime;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Attesters as they stand in a recording. */
final class AttesterJson {
  private static final HexFormat HEX = HexFormat.of();
  private static final Limits LIMITS = Limits.DEFAULT.withBytes(8 << 20).withDepth(64);

  private AttesterJson() {}

  static String write(List<Attester> attesters) {
    return Json.text(new JsonArray(attesters.stream().map(one -> (JsonValue) write(one)).toList()));
  }

  private static JsonObject write(Attester one) {
    var out = JsonObject.builder().put("tee", one.tee()).put("evidence", one.evidence());
    switch (one.runtime()) {
      case Runtime.Structured(var claims, var hash) ->
          out.put("structured", claims).put("hash", hash);
      case Runtime.Raw(byte[] bytes) -> out.put("raw", HEX.formatHex(bytes));
      case Runtime.None() -> out.put("none", true);
    }
    one.initData()
        .ifPresent(
            init -> {
              switch (init) {
                case InitDataGiven.Text(var toml) -> out.put("init_data", toml);
                case InitDataGiven.DigestOnly(byte[] digest) ->
                    out.put("init_data_digest", HEX.formatHex(digest));
              }
            });
    return out.build();
  }

  /** Reads what {@link #write} wrote; a fault for anything else, which only this broker stores. */
  static List<Attester> read(String text) {
    var all = new ArrayList<Attester>();
    var parsed = Json.parse(text.getBytes(StandardCharsets.UTF_8), LIMITS).orThrow();
    if (!(parsed instanceof JsonArray(List<JsonValue> items))) throw damaged();
    for (JsonValue item : items) {
      if (!(item instanceof JsonObject one)) throw damaged();
      all.add(read(one));
    }
    return all;
  }

  private static IllegalStateException damaged() {
    return new IllegalStateException("a recording is damaged");
  }

  private static Attester read(JsonObject one) {
    Runtime runtime = new Runtime.None();
    var claims = one.object("structured");
    if (claims.isPresent())
      runtime = new Runtime.Structured(claims.get(), one.string("hash").orElse("sha384"));
    var raw = one.string("raw");
    if (raw.isPresent()) runtime = new Runtime.Raw(HEX.parseHex(raw.get()));
    Optional<InitDataGiven> init =
        one.string("init_data")
            .<InitDataGiven>map(InitDataGiven.Text::new)
            .or(
                () ->
                    one.string("init_data_digest")
                        .map(hex -> new InitDataGiven.DigestOnly(HEX.parseHex(hex))));
    return new Attester(
        one.string("tee").orElse(""), one.get("evidence").orElse(new JsonNull()), runtime, init);
  }
}
