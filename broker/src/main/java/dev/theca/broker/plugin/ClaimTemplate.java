package dev.theca.broker.plugin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A text with places for claims of an attestation token: {@code {init:KEY}} is a value of the init
 * data, {@code {tee}} and {@code {measurement}} are those of the first CPU, and {@code {/a/b}} is a
 * JSON pointer (RFC 6901) into the token. A claim that fills a place has letters, digits, dots,
 * dashes and underscores only, so that it cannot leave its place in a path.
 *
 * <p>What a claim says is worth what the policy that let the token through demanded of it: init
 * data are the launcher's words, bound to the evidence and not to a measurement.
 */
final class ClaimTemplate {
  private static final Pattern PLACE =
      Pattern.compile("\\{(tee|measurement|init:[^{}]{1,128}|/[^{}]{1,512})}");
  private static final Pattern VALUE = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,255}");
  private static final String EVIDENCE = "ear.veraison.annotated-evidence";
  private static final int MAX_CHARS = 2048;

  private sealed interface Part {
    record Literal(String text) implements Part {}

    record Place(String name) implements Part {}
  }

  private final String text;
  private final List<Part> parts;

  private ClaimTemplate(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
  }

  static Outcome<ClaimTemplate> parse(String text) {
    var parts = new ArrayList<Part>();
    var places = PLACE.matcher(text);
    int at = 0;
    while (places.find()) {
      parts.add(new Part.Literal(text.substring(at, places.start())));
      parts.add(new Part.Place(places.group(1)));
      at = places.end();
    }
    parts.add(new Part.Literal(text.substring(at)));
    boolean plain =
        parts.stream()
            .allMatch(p -> p instanceof Part.Place || p instanceof Part.Literal(var l) && clean(l));
    return plain && text.length() <= MAX_CHARS
        ? Outcome.granted(new ClaimTemplate(text, parts))
        : PluginCode.BAD_PLUGIN_SETTINGS.refuse(
            "template",
            "printable text with places {init:KEY}, {tee}, {measurement} or {/json/pointer}",
            "'" + text.replaceAll("\\p{Cntrl}", "?") + "'",
            "correct the configuration");
  }

  private static boolean clean(String literal) {
    return literal.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '{' && c != '}');
  }

  /** The text for a token; refused when a claim is missing or has other characters. */
  Outcome<String> fill(JsonObject claims) {
    var filled = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(String literal) -> filled.append(literal);
        case Part.Place(String name) -> {
          var value = value(claims, name);
          if (value.isEmpty() || !VALUE.matcher(value.get()).matches())
            return PluginCode.CLAIM_MISSING.refuse(
                "claim " + name,
                "letters, digits, dots, dashes and underscores",
                value.isEmpty() ? "absent" : "other characters, or too long",
                "give the workload init data with this value");
          filled.append(value.get());
        }
      }
    }
    return Outcome.granted(filled.toString());
  }

  private static Optional<String> value(JsonObject claims, String name) {
    if (name.startsWith("/")) return pointer(claims, name).flatMap(ClaimTemplate::scalar);
    var evidence =
        claims
            .object("submods")
            .flatMap(s -> s.object("cpu0"))
            .flatMap(cpu -> cpu.object(EVIDENCE));
    if (name.startsWith("init:"))
      return evidence
          .flatMap(e -> e.object("init_data_claims"))
          .flatMap(init -> init.get(name.substring(5)))
          .flatMap(ClaimTemplate::scalar);
    var tee = evidence.flatMap(ClaimTemplate::tee);
    return name.equals("tee")
        ? tee
        : evidence.flatMap(e -> tee.flatMap(e::object)).flatMap(ClaimTemplate::measurement);
  }

  /** The member that is none of the verifier's common ones (reference page, section 9.1). */
  private static Optional<String> tee(JsonObject evidence) {
    return evidence.members().entrySet().stream()
        .filter(e -> e.getValue() instanceof JsonObject && !e.getKey().endsWith("_claims"))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** SGX, TDX, then those that call it by its name (reference page, section 12). */
  private static Optional<String> measurement(JsonObject tee) {
    return tee.object("body")
        .flatMap(b -> b.string("mr_enclave"))
        .or(
            () ->
                tee.object("quote").flatMap(q -> q.object("body")).flatMap(b -> b.string("mr_td")))
        .or(() -> tee.string("measurement"));
  }

  private static Optional<JsonValue> pointer(JsonObject claims, String pointer) {
    JsonValue at = claims;
    for (String token : pointer.substring(1).split("/", -1)) {
      var next =
          at instanceof JsonObject object
              ? object.get(token.replace("~1", "/").replace("~0", "~"))
              : Optional.<JsonValue>empty();
      if (next.isEmpty()) return Optional.empty();
      at = next.get();
    }
    return Optional.of(at);
  }

  private static Optional<String> scalar(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> Optional.of(text);
      case JsonNumber number -> number.toLong().map(String::valueOf);
      default -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
