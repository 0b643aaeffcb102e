package dev.theca.cli.image;

import dev.theca.broker.RefusalText;
import dev.theca.image.sign.Accepted;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;

/** Why an image was accepted, in words and as JSON. */
final class AcceptedText {
  private AcceptedText() {}

  static String of(Accepted accepted) {
    var text = new StringBuilder("policy " + accepted.scope() + "\n");
    for (var held : accepted.held()) text.append("  ").append(line(held)).append('\n');
    return text.toString();
  }

  private static String line(Accepted.Held held) {
    return switch (held) {
      case Accepted.Held.Anything _ -> "INSECURE: accepts every image, and asked for no signature";
      case Accepted.Held.Signature s ->
          RefusalText.plain(
              s.requirement()
                  + ": "
                  + s.place()
                  + " of "
                  + s.digest()
                  + (s.name().isEmpty() ? "" : ", as " + s.name())
                  + ", by "
                  + (s.signer().isEmpty() ? "key " + s.fingerprint() : s.signer()));
    };
  }

  static JsonObject json(Accepted accepted) {
    var held = new ArrayList<JsonValue>();
    for (var one : accepted.held()) held.add(json(one));
    return JsonObject.builder()
        .put("scope", accepted.scope())
        .put("signed", accepted.signed())
        .put("held", new JsonArray(held))
        .build();
  }

  private static JsonObject json(Accepted.Held held) {
    return switch (held) {
      case Accepted.Held.Anything _ ->
          JsonObject.builder().put("requirement", "insecureAcceptAnything").build();
      case Accepted.Held.Signature s ->
          JsonObject.builder()
              .put("requirement", s.requirement())
              .put("place", s.place())
              .put("fingerprint", s.fingerprint())
              .put("signer", s.signer())
              .put("name", s.name())
              .put("digest", s.digest().toString())
              .build();
    };
  }
}
