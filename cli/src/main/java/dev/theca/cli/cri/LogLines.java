package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The log file of a container as kubelet reads it: {@code TIME stdout|stderr F|P TEXT}, where P is
 * a piece of a line that goes on (Kubernetes design, "CRI logging").
 */
final class LogLines {
  /** One entry; {@code whole} says that the line ends with it. */
  record Line(String time, String stream, boolean whole, String text) {
    JsonObject json() {
      return JsonObject.builder()
          .put("time", time)
          .put("stream", stream)
          .put("whole", whole)
          .put("text", text)
          .build();
    }

    void print() {
      var to = stream.equals("stderr") ? System.err : System.out;
      if (whole) to.println(text);
      else to.print(text);
    }
  }

  private LogLines() {}

  static List<Line> read(Path file, int last) throws IOException {
    var lines = new ArrayList<Line>();
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    for (String entry : text.split("\n", -1)) {
      String[] words = entry.split(" ", 4);
      if (words.length == 4)
        lines.add(new Line(words[0], words[1], words[2].startsWith("F"), words[3]));
    }
    return lines.subList(Math.max(0, lines.size() - last), lines.size());
  }
}
