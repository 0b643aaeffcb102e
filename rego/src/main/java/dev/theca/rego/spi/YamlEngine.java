package dev.theca.rego.spi;

import dev.theca.rego.value.Value;

/** YAML, of which the room carries none. */
public interface YamlEngine {
  /**
   * The value of the first document of a text; what comes after that has to be YAML.
   *
   * @throws BuiltinFault when it is no YAML, or has what JSON cannot have
   */
  Value read(String text) throws BuiltinFault;

  /** The text of a value that is JSON already: block style, keys in order. */
  String write(Value value) throws BuiltinFault;

  /** What a room without YAML has. */
  static YamlEngine none() {
    return new YamlEngine() {
      @Override
      public Value read(String text) throws BuiltinFault {
        throw new BuiltinFault("no engine for YAML is registered");
      }

      @Override
      public String write(Value value) throws BuiltinFault {
        throw new BuiltinFault("no engine for YAML is registered");
      }
    };
  }
}
