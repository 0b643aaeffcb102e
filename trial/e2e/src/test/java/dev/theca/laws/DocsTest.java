package dev.theca.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents point to exists: files, tests, commands. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern LATER = Pattern.compile("`(\\w+)`");

  private static List<Path> documents() throws IOException {
    try (Stream<Path> walk = Files.walk(House.ROOT)) {
      return walk.filter(p -> p.toString().endsWith(".md"))
          .filter(p -> !p.toString().contains("/target/"))
          .toList();
    }
  }

  @Test
  void aLinkThatLeadsNowhere() throws IOException {
    var broken = new ArrayList<String>();
    for (Path document : documents()) {
      var link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        if (!Files.exists(document.resolveSibling(link.group(1))))
          broken.add(House.ROOT.relativize(document) + " -> " + link.group(1));
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void aPromiseWhoseTestDoesNotExist() throws IOException {
    var missing = new ArrayList<String>();
    String text = Files.readString(House.ROOT.resolve("SECURITY.md"));
    int named = 0;
    for (String row : text.substring(text.indexOf("| promise | test |")).lines().toList()) {
      if (!row.startsWith("| ") || row.startsWith("| promise")) continue;
      var test = TEST.matcher(row);
      String source = "";
      int end = 0;
      while (test.find()) {
        named++;
        source = source(test.group(1));
        if (source.isEmpty()) missing.add(test.group(1));
        if (test.group(2) != null && !source.contains("void " + test.group(2) + "("))
          missing.add(test.group());
        end = test.end();
      }
      var more = LATER.matcher(row.substring(end));
      while (more.find())
        if (!source.contains("void " + more.group(1) + "(")) missing.add(more.group(1));
    }
    assertEquals(List.of(), missing);
    assertTrue(named > 15, "the table was read");
  }

  private static String source(String test) throws IOException {
    try (Stream<Path> walk = Files.walk(House.ROOT)) {
      for (Path file : (Iterable<Path>) walk.filter(p -> p.endsWith(test + ".java"))::iterator)
        return Files.readString(file);
    }
    return "";
  }

  @Test
  void aReadmeThatNamesOtherCommands() throws IOException {
    String readme = Files.readString(House.ROOT.resolve("README.md"));
    for (String command : List.of("./theca demo", "./x test", "./theca down"))
      assertTrue(readme.contains(command), command);
  }
}
