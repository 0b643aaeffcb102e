package dev.theca.rego.spi;

import dev.theca.rego.value.Value;

/** YAML, of which the room carries none. */
public interface YamlEngine {
  /**
   * The value of a text.
   *
   * @throws BuiltinFault when it is no YAML or holds more than one document
   */
  Value read(String text) throws BuiltinFault;

  /** The text of a value: block style, keys in order. */
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
