package dev.theca.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documents point to exists: files, tests, commands. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern LATER = Pattern.compile("`(\\w+)`");

  /** Where other rooms are built and tested meanwhile, and files come and go. */
  private static final Set<String> MOVING = Set.of("target", ".git");

  /** The files of the house with this end of their path, in what is written and not made. */
  private static List<Path> files(String end) throws IOException {
    var found = new ArrayList<Path>();
    Files.walkFileTree(
        House.ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) {
            return MOVING.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
            if (file.toString().endsWith(end)) found.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  @Test
  void aLinkThatLeadsNowhere() throws IOException {
    var broken = new ArrayList<String>();
    for (Path document : files(".md")) {
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
    var sources = files("/" + test + ".java");
    return sources.isEmpty() ? "" : Files.readString(sources.getFirst());
  }

  @Test
  void aReadmeThatNamesOtherCommands() throws IOException {
    String readme = Files.readString(House.ROOT.resolve("README.md"));
    for (String command : List.of("./theca demo", "./x test", "./theca down"))
      assertTrue(readme.contains(command), command);
  }
}
