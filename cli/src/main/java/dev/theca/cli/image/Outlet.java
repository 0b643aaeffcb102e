package dev.theca.cli.image;

import dev.theca.image.Progress;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import java.io.PrintStream;

/** Where a command says what it did. */
public record Outlet(PrintStream out, PrintStream err, Progress progress, boolean json) {
  /** Prints a document for programs, or the text for people. */
  public int say(JsonValue document, String text) {
    String shown = json ? Json.pretty(document) : text;
    out.print(shown.endsWith("\n") || shown.isEmpty() ? shown : shown + "\n");
    return 0;
  }

  /** Bytes as they are. */
  public int raw(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
    out.flush();
    return 0;
  }

  /** Something that the user should know, beside the result. */
  public void warn(String text) {
    err.println("theca: " + text);
  }
}
