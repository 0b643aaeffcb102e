package dev.theca.cli.policy;

import dev.theca.rego.ast.Module;
import dev.theca.rego.parse.Metadata;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads files as {@code opa} does: policies under their packages, documents under the folders in
 * which they are below the one that was named, or under the prefix of {@code prefix:path}.
 */
final class Loader {
  private final Syntax syntax;
  private final boolean policiesOnly;
  private final Optional<YamlEngine> engine = Engines.yaml();
  private final YamlEngine yaml = engine.orElseGet(YamlEngine::none);
  private final List<Module> modules = new ArrayList<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();
  private ObjectValue data = ObjectValue.EMPTY;

  private Loader(Syntax syntax, boolean policiesOnly) {
    this.syntax = syntax;
    this.policiesOnly = policiesOnly;
  }

  /** All below these paths. */
  static Loaded load(List<String> paths, Syntax syntax) throws Mistaken {
    return new Loader(syntax, false).all(paths);
  }

  /** All policies below these paths. */
  static Loaded policies(List<String> paths, Syntax syntax) throws Mistaken {
    return new Loader(syntax, true).all(paths);
  }

  private Loaded all(List<String> paths) throws Mistaken {
    for (String path : paths) {
      int colon = path.indexOf(':');
      boolean prefixed = colon > 0 && path.indexOf("://") != colon;
      var prefix = prefixed ? List.of(path.substring(0, colon).split("\\.")) : List.<String>of();
      String place = prefixed ? path.substring(colon + 1) : path;
      visit(place.startsWith("file://") ? place.substring(7) : place, prefix, 0);
    }
    if (!mistakes.isEmpty()) throw new Mistaken(true, mistakes);
    return new Loaded(modules, data, texts);
  }

  private void visit(String path, List<String> prefix, int depth) {
    Path place = Path.of(path);
    try {
      if (!Files.exists(place)) wrong("stat " + path + ": no such file or directory");
      else if (!Files.isDirectory(place)) file(path, prefix, depth);
      else folder(place, prefix, depth);
    } catch (IOException e) {
      wrong(path + ": " + e.getMessage());
    }
  }

  private void folder(Path folder, List<String> prefix, int depth) throws IOException {
    var below = new ArrayList<>(prefix);
    if (depth > 0) below.add(folder.getFileName() + "");
    List<Path> entries;
    try (var all = Files.list(folder)) {
      entries = all.sorted().toList();
    }
    for (Path entry : entries) visit(entry + "", below, depth + 1);
  }

  private void file(String path, List<String> prefix, int depth) throws IOException {
    int dot = path.lastIndexOf('.');
    String kind = dot < 0 ? "" : path.substring(dot);
    if (policiesOnly && !kind.equals(".rego") && depth > 0) return;
    switch (kind) {
      case ".rego" -> policy(path);
      case ".json" -> document(path, prefix, Documents.json(Files.readAllBytes(Path.of(path))));
      case ".yaml", ".yml" ->
          document(path, prefix, Documents.yaml(Files.readAllBytes(Path.of(path)), yaml));
      default -> {
        if (depth == 0) any(path, prefix);
      }
    }
  }

  /** A file that was named itself may have any name. */
  private void any(String path, List<String> prefix) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(path));
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (PolicyParser.module(path, text, syntax) instanceof Outcome.Granted<Module>(var module)) {
      add(path, text, module);
      return;
    }
    var read = Documents.either(bytes, yaml);
    if (read.value().isPresent()) document(path, prefix, read);
    else wrong(path + ": can't recognize file type");
  }

  private void policy(String path) throws IOException {
    String text = Files.readString(Path.of(path));
    texts.put(path, text);
    switch (PolicyParser.module(path, text, syntax)) {
      case Outcome.Granted<Module>(var module) -> add(path, text, module);
      case Outcome.Refused<Module>(var reasons) -> refused(reasons);
    }
  }

  private void add(String path, String text, Module module) {
    texts.put(path, text);
    modules.add(module);
    if (engine.isPresent()
        && Metadata.read(module, yaml)
            instanceof Outcome.Refused<List<dev.theca.rego.ast.Annotation>>(var reasons))
      refused(reasons);
  }

  private void refused(List<Refusal> reasons) {
    for (Refusal reason : reasons)
      mistakes.add(Mistake.of(reason, file -> Optional.ofNullable(texts.get(file))));
  }

  private void document(String path, List<String> prefix, Documents.Read read) {
    if (read.value().isEmpty()) {
      wrong(path + ": " + read.reason());
      return;
    }
    Value value = read.value().get();
    for (String part : prefix.reversed()) value = ObjectValue.of(Map.of(Value.of(part), value));
    if (!(value instanceof ObjectValue object)) {
      wrong(path + ": document must be of type object");
      return;
    }
    var merged = Documents.merge(data, object);
    if (merged.isEmpty()) wrong(path + ": merge error");
    else data = merged.get();
  }

  private void wrong(String message) {
    mistakes.add(Mistake.loading(message));
  }
}
