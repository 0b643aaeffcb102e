package dev.theca.broker.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The scripts beside this class, each of the wing that it is named after. */
final class Scripts {
  private static final List<String> NAMES =
      List.of(
          "050-leader",
          "100-audit",
          "110-audit-pod",
          "200-token",
          "300-seal",
          "310-resource",
          "400-policy",
          "410-recording",
          "420-edition",
          "500-reference",
          "600-admin",
          "700-kbs",
          "710-kbs-why",
          "800-plugin");

  private Scripts() {}

  static List<Migrations.Script> all() {
    return NAMES.stream().map(name -> new Migrations.Script(name, text(name))).toList();
  }

  private static String text(String name) {
    try (var in = Scripts.class.getResourceAsStream(name + ".sql")) {
      if (in == null) throw new IllegalStateException("the script " + name + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the script " + name, e);
    }
  }
}
