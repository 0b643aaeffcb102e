package dev.theca.rego.corpus;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Test files as values; numbers keep their digits, which a YAML library's own types would not. */
final class Yaml {
  private Yaml() {}

  /** Every file below a folder of the test resources, in order of their names. */
  static List<Path> files(String folder) {
    try (Stream<Path> all = Files.walk(Path.of("src/test/resources", folder))) {
      return all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError("cannot list " + folder, e);
    }
  }

  static Value read(Path file) {
    try {
      var settings =
          LoadSettings.builder().setLabel(file.toString()).setCodePointLimit(1 << 24).build();
      return value(new Compose(settings).composeString(Files.readString(file)).orElseThrow());
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file, e);
    }
  }

  /** YAML of tests: it reads, and does not write. */
  static final YamlEngine ENGINE =
      new YamlEngine() {
        @Override
        public Value read(String text) throws BuiltinFault {
          try {
            var settings = LoadSettings.builder().build();
            return new Compose(settings)
                .composeString(text)
                .map(Yaml::value)
                .orElse(NullValue.NULL);
          } catch (YamlEngineException e) {
            throw new BuiltinFault("yaml: " + e.getMessage());
          }
        }

        @Override
        public String write(Value value) throws BuiltinFault {
          throw new BuiltinFault("tests do not write YAML");
        }
      };

  static ObjectValue object(Map<String, Value> members) {
    var values = new HashMap<Value, Value>();
    members.forEach((name, value) -> values.put(new TextValue(name), value));
    return ObjectValue.owning(values);
  }

  /** As JSON would have it: sets as arrays, keys as texts; numbers stay exact. */
  static Value json(Value value) {
    return switch (value) {
      case ArrayValue array -> ArrayValue.of(array.items().stream().map(Yaml::json).toList());
      case SetValue set -> {
        var items = new ArrayList<Value>();
        set.forEach(item -> items.add(json(item)));
        yield ArrayValue.of(items);
      }
      case ObjectValue object -> {
        var members = new HashMap<String, Value>();
        object.forEach((key, member) -> members.put(JsonText.name(key), json(member)));
        yield object(members);
      }
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> value;
    };
  }

  private static Value value(Node node) {
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode list -> ArrayValue.of(list.getValue().stream().map(Yaml::value).toList());
      case MappingNode object -> {
        var members = new HashMap<Value, Value>();
        object.getValue().forEach(m -> members.put(value(m.getKeyNode()), value(m.getValueNode())));
        yield ObjectValue.owning(members);
      }
      default -> throw new AssertionError("no alias and no other node: " + node);
    };
  }

  private static Value scalar(ScalarNode node) {
    Tag tag = node.getTag();
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) return NumberValue.parse(node.getValue());
    if (tag.equals(Tag.BOOL)) return Value.of(Boolean.parseBoolean(node.getValue()));
    return tag.equals(Tag.NULL) ? NullValue.NULL : new TextValue(node.getValue());
  }
}
