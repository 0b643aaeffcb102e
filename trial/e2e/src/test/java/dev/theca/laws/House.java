package dev.theca.laws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The rooms as they are built, read from poms and compiled module descriptors. */
final class House {
  /** The dependency table of the architecture, room by room. */
  static final Map<String, Set<String>> TABLE = table();

  static final Path ROOT = Path.of(System.getProperty("theca.root", "../..")).toAbsolutePath();

  private House() {}

  private static Map<String, Set<String>> table() {
    var t = new LinkedHashMap<String, Set<String>>();
    t.put("wire", Set.of());
    t.put("linux", Set.of("wire"));
    t.put("evidence", Set.of("wire"));
    t.put("collateral", Set.of("wire", "evidence"));
    t.put("rego", Set.of("wire"));
    t.put("image", Set.of("wire", "linux"));
    t.put("registry", Set.of("wire", "image"));
    t.put("interop", Set.of("wire", "image"));
    t.put("sealfs", Set.of("wire", "linux"));
    t.put("enclave", Set.of("wire", "linux", "evidence", "sealfs"));
    t.put("forge", Set.of("wire"));
    t.put("simulator", Set.of("wire", "linux", "evidence", "enclave", "forge"));
    t.put(
        "agent",
        Set.of("wire", "linux", "evidence", "collateral", "rego", "image", "sealfs", "enclave"));
    t.put("broker", Set.of("wire", "linux", "evidence", "collateral", "rego"));
    t.put("node", Set.of("wire", "linux"));
    t.put("operator", Set.of("wire"));
    var all = new TreeSet<>(t.keySet());
    all.remove("operator");
    t.put("cli", all);
    return t;
  }

  static Path classes(String room) {
    return ROOT.resolve(room).resolve("target/classes");
  }

  static ModuleDescriptor module(String room) {
    try (var in = Files.newInputStream(classes(room).resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rooms that this room's module requires. */
  static Set<String> requiredRooms(String room) {
    var rooms = new TreeSet<String>();
    for (var requires : module(room).requires()) {
      if (requires.name().startsWith("dev.theca.")) rooms.add(requires.name().substring(10));
    }
    return rooms;
  }

  /** Everything that a room can reach over any number of steps. */
  static Set<String> reach(String room) {
    var seen = new TreeSet<String>();
    var todo = new ArrayDeque<>(requiredRooms(room));
    while (!todo.isEmpty()) {
      String next = todo.pop();
      if (seen.add(next)) todo.addAll(requiredRooms(next));
    }
    return seen;
  }

  private static final Pattern DEPENDENCY =
      Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);

  /** Compile-scope dependencies of a room's pom as {@code group:artifact}. */
  static Set<String> pomDependencies(String room) {
    try {
      String pom = Files.readString(ROOT.resolve(room).resolve("pom.xml"));
      var found = new TreeSet<String>();
      var matcher = DEPENDENCY.matcher(pom);
      while (matcher.find()) {
        String body = matcher.group(1);
        if (body.contains("<scope>test</scope>") || body.contains("<scope>provided</scope>")) {
          continue;
        }
        found.add(tag(body, "groupId") + ":" + tag(body, "artifactId"));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(String body, String name) {
    int from = body.indexOf("<" + name + ">") + name.length() + 2;
    return body.substring(from, body.indexOf("</" + name + ">")).trim();
  }
}
