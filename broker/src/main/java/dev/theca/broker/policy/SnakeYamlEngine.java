package dev.theca.broker.policy;

import static java.util.stream.Collectors.joining;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.Value;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML as Open Policy Agent reads and writes it, which is through JSON and with the meanings of
 * Go's yaml.v3. Documents are bounded in size, depth, and what their aliases stand for.
 */
public final class SnakeYamlEngine implements YamlEngine {
  /** Longest document. */
  static final int MAX_CHARS = 4 << 20;

  /** An engine. */
  public SnakeYamlEngine() {}

  @Override
  public Value read(String text) throws BuiltinFault {
    if (text.length() > MAX_CHARS) throw new BuiltinFault("yaml: document too large");
    try {
      return new YamlReader(text).document();
    } catch (YamlEngineException e) {
      String message = String.valueOf(e.getMessage()).lines().limit(3).collect(joining(", "));
      throw new BuiltinFault("yaml: " + message);
    }
  }

  @Override
  public String write(Value value) {
    return new YamlText().document(value);
  }
}
