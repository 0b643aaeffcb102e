package dev.theca.cli.policy;

import dev.theca.rego.ast.Module;
import dev.theca.rego.value.ObjectValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Policies and base documents.
 *
 * @param texts of the policies, by file
 */
record Loaded(List<Module> modules, ObjectValue data, Map<String, String> texts) {
  Loaded {
    modules = List.copyOf(modules);
    texts = Map.copyOf(texts);
  }

  Optional<String> text(String file) {
    return Optional.ofNullable(texts.get(file));
  }
}
