package dev.theca.broker.policy;

import dev.theca.broker.policy.YamlScalars.Scalar;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.ShortFloat;
import dev.theca.rego.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/** Reads the first document of a text from its events; the others need to be YAML, no more. */
final class YamlReader {
  private static final int MAX_DEPTH = 500;
  private static final String STANDARD = "tag:yaml.org,2002:";

  private final Iterator<Event> events;
  private final Map<Anchor, Node> anchored = new HashMap<>();
  private final Set<Anchor> open = new HashSet<>();
  private long nodes;
  private long aliased;

  /**
   * What was read.
   *
   * @param key its name as a key of an object, null where it cannot be one
   * @param nodes how many nodes it stands for, those behind aliases too
   */
  private record Node(Value value, @Nullable String key, long nodes) {}

  YamlReader(String text) {
    var settings = LoadSettings.builder().setCodePointLimit(SnakeYamlEngine.MAX_CHARS + 1).build();
    events = new Parse(settings).parseString(text).iterator();
  }

  Value document() throws BuiltinFault {
    events.next();
    if (events.next().getEventId() == Event.ID.StreamEnd) return NullValue.NULL;
    Value value = node(events.next(), 0).value();
    while (events.hasNext()) events.next();
    return value;
  }

  private Node node(Event event, int depth) throws BuiltinFault {
    if (depth > MAX_DEPTH) throw fault("nested deeper than " + MAX_DEPTH + " levels");
    nodes++;
    if (event instanceof AliasEvent alias) return alias(alias);
    Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
    anchor.ifPresent(open::add);
    Node node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case SequenceStartEvent _ -> sequence(depth);
          case MappingStartEvent _ -> mapping(depth);
          default -> throw fault("unexpected " + event.getEventId());
        };
    anchor.ifPresent(
        name -> {
          open.remove(name);
          anchored.put(name, node);
        });
    return node;
  }

  /** Go's yaml ends where too much of what it reads is read through aliases; so does this. */
  private Node alias(AliasEvent alias) throws BuiltinFault {
    Anchor name = alias.getAlias();
    if (open.contains(name)) throw fault("anchor '" + name + "' value contains itself");
    Node node = anchored.get(name);
    if (node == null) throw fault("unknown anchor '" + name + "' referenced");
    nodes += node.nodes();
    aliased += node.nodes();
    double share = Math.clamp((nodes - 400_000) / 3_600_000.0, 0.0, 1.0);
    if (aliased > 100 && nodes > 1000 && (double) aliased / nodes > 0.99 - 0.89 * share)
      throw fault("document contains excessive aliasing");
    return node;
  }

  private Node sequence(int depth) throws BuiltinFault {
    long before = nodes;
    var items = new ArrayList<Value>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) items.add(node(event, depth + 1).value());
    return new Node(ArrayValue.of(items), null, 1 + nodes - before);
  }

  private Node mapping(int depth) throws BuiltinFault {
    long before = nodes;
    var members = new HashMap<Value, Value>();
    var merged = new ArrayList<Value>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      boolean merge = isMerge(event);
      String key = node(event, depth + 1).key();
      if (key == null) throw fault("unsupported map key");
      Event next = events.next();
      Value value = node(next, depth + 1).value();
      if (!merge) members.put(Value.of(key), value);
      else if (value instanceof ArrayValue all && !(next instanceof AliasEvent))
        merged.addAll(all.items());
      else merged.add(value);
    }
    for (Value one : merged) merge(one, members);
    return new Node(ObjectValue.owning(members), null, 1 + nodes - before);
  }

  private static boolean isMerge(Event event) {
    if (!(event instanceof ScalarEvent scalar) || !scalar.getValue().equals("<<")) return false;
    String tag = scalar.getTag().orElse("");
    return tag.isEmpty() ? scalar.isPlain() : tag.equals(STANDARD + "merge");
  }

  /** What stands in the map itself wins, then what was merged before. */
  private static void merge(Value one, Map<Value, Value> members) throws BuiltinFault {
    if (!(one instanceof ObjectValue object))
      throw fault("map merge requires map or sequence of maps as the value");
    object.members().forEach(members::putIfAbsent);
  }

  private Node scalar(ScalarEvent event) throws BuiltinFault {
    String text = event.getValue();
    String tag = event.getTag().orElse("");
    if (tag.isEmpty()) return event.isPlain() ? node(YamlScalars.resolve(text)) : text(text);
    if (!tag.startsWith(STANDARD)) return text(text);
    Scalar found = YamlScalars.resolve(text);
    boolean fits =
        switch (tag.substring(STANDARD.length())) {
          case "bool" -> found instanceof Scalar.Flag;
          case "int" -> found instanceof Scalar.Whole;
          case "float" -> found instanceof Scalar.Real || found instanceof Scalar.Whole;
          case "null" -> found instanceof Scalar.Null;
          case "timestamp" -> found instanceof Scalar.Text(String _, boolean time) && time;
          case "binary" -> {
            text = binary(text);
            found = new Scalar.Text(text, false);
            yield true;
          }
          default -> {
            found = new Scalar.Text(text, false);
            yield true;
          }
        };
    if (!fits) throw fault("cannot decode `" + text + "` as a " + tag);
    return node(found);
  }

  private static String binary(String text) throws BuiltinFault {
    try {
      String joined = text.replace("\n", "").replace("\r", "");
      return new String(Base64.getDecoder().decode(joined), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw fault("!!binary value contains invalid base64 data");
    }
  }

  private static Node text(String text) {
    return new Node(Value.of(text), text, 1);
  }

  private static Node node(Scalar scalar) throws BuiltinFault {
    return switch (scalar) {
      case Scalar.Null() -> new Node(NullValue.NULL, null, 1);
      case Scalar.Flag(boolean flag) -> new Node(Value.of(flag), Boolean.toString(flag), 1);
      case Scalar.Text(String text, boolean _) -> text(text);
      case Scalar.Whole(BigInteger whole) -> new Node(NumberValue.of(whole), whole.toString(), 1);
      case Scalar.Real(double real) -> real(real);
    };
  }

  /**
   * As a value the number that JSON has for it, which has none without end; as a key of 32 bits.
   */
  private static Node real(double real) throws BuiltinFault {
    if (Double.isNaN(real) || Double.isInfinite(real)) throw fault("unsupported value: " + real);
    String json = ShortFloat.json(real);
    float single = (float) real;
    String key =
        Float.isInfinite(single)
            ? real < 0 ? "-.inf" : ".inf"
            : ShortFloat.of(new BigDecimal(Float.toString(single)), -4, 6);
    return new Node(NumberValue.parse(json), key, 1);
  }

  private static BuiltinFault fault(String what) {
    return new BuiltinFault("yaml: " + what);
  }
}
