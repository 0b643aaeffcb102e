package dev.theca.rego.run;

import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A place below {@code data}: a document of rules, or a package with what lies below it. */
public final class DataNode {
  private static final Value HIDDEN = new TextValue("system");

  private final List<Value> path;
  private final Map<Value, DataNode> children = new LinkedHashMap<>();
  private @Nullable Document document;

  /** A place without a document. */
  public DataNode(List<Value> path) {
    this.path = List.copyOf(path);
  }

  /** The place below. */
  public void child(Value key, DataNode node) {
    children.put(key, node);
  }

  /** Puts a document here. */
  public void document(Document made) {
    document = made;
  }

  /** The document here, null where there is none. */
  public @Nullable Document document() {
    return document;
  }

  /** The place below, null where there is none. */
  public @Nullable DataNode child(Value key) {
    return children.get(key);
  }

  /** All that lies here, base documents too; null where nothing does. */
  @Nullable Value value(Context context) {
    if (context.isReplaced(path)) return context.base(path);
    if (document != null) return document.value(context);
    Value base = context.base(path);
    if (base != null && !(base instanceof ObjectValue)) return base;
    var members = new HashMap<Value, Value>();
    if (base instanceof ObjectValue object) members.putAll(object.members());
    for (var entry : children.entrySet()) {
      Value value = entry.getValue().value(context);
      if (value != null) members.merge(entry.getKey(), value, (a, b) -> merged(context, a, b));
    }
    if (path.isEmpty()) members.remove(HIDDEN);
    context.spend(members.size());
    return ObjectValue.owning(members);
  }

  /** Members of both objects; where only one can stand, the base document does. */
  private static Value merged(Context context, Value base, Value made) {
    if (!(base instanceof ObjectValue left && made instanceof ObjectValue right)) return base;
    var members = new HashMap<>(left.members());
    right.forEach((key, value) -> members.merge(key, value, (a, b) -> merged(context, a, b)));
    context.spend(members.size());
    return context.made(ObjectValue.owning(members));
  }

  /** The keys here in order, those of base documents too. */
  Iterable<Value> keys(Context context) {
    var keys = new TreeSet<Value>();
    if (context.base(path) instanceof ObjectValue object) keys.addAll(object.members().keySet());
    if (!context.isReplaced(path)) keys.addAll(children.keySet());
    if (path.isEmpty()) keys.remove(HIDDEN);
    context.spend(keys.size());
    return keys;
  }

  /** The base document below this place. */
  @Nullable Value baseBelow(Context context, Value key) {
    Value here = context.base(path);
    return here == null ? null : context.below(here, key);
  }

  boolean isReplaced(Context context) {
    return !context.replaced.isEmpty() && context.isReplaced(path);
  }
}
