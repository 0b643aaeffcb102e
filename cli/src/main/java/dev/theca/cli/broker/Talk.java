package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.broker.BrokerAdmin;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.PrintStream;

/**
 * A conversation with a broker. A refusal is thrown, since the command ends with it.
 *
 * @param json whether one JSON document is wanted instead of words
 */
public record Talk(BrokerAdmin broker, PrintStream out, PrintStream err, boolean json) {
  /** The answer to a question whose answer is an object. */
  public JsonObject ask(AdminCall call) {
    return broker.askJson(call).orThrow();
  }

  /** The answer as bytes. */
  public byte[] bytes(AdminCall call) {
    return broker.ask(call).orThrow();
  }

  /** Prints a document for programs, or the text for people. */
  public int say(JsonValue document, String text) {
    String shown = json ? Json.pretty(document) : text;
    out.print(shown.endsWith("\n") || shown.isEmpty() ? shown : shown + "\n");
    return 0;
  }
}
