package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The schemas within a document that references can name: by identifier or by pointer. Nothing is
 * ever fetched; a reference to elsewhere is a fault.
 */
final class SchemaPool {
  private static final Set<String> LITERAL = Set.of("const", "enum");
  private static final Set<String> NAMES =
      Set.of("properties", "dependencies", "patternProperties");

  private final Calling context;
  private final Map<String, Value> documents = new HashMap<>();

  /** The document with every reference made absolute. */
  final Value root;

  SchemaPool(Calling context, Value document) throws BuiltinFault {
    this.context = context;
    this.root = absolute(document, "", 0);
    documents.put("", root);
  }

  private Value absolute(Value value, String base, int depth) throws BuiltinFault {
    Nesting.check(depth);
    context.spend(1);
    if (value instanceof ArrayValue array) {
      var items = new ArrayList<Value>();
      for (Value item : array) items.add(absolute(item, base, depth + 1));
      return ArrayValue.of(items);
    }
    if (!(value instanceof ObjectValue object)) return value;
    String local = base;
    boolean known = false;
    if (object.get(object.get("id") == null ? "$id" : "id") instanceof TextValue(String id)) {
      local = resolved(base, id);
      known = documents.containsKey(local) || local.isEmpty();
    }
    var members = new HashMap<Value, Value>();
    for (Value key : object.keys()) {
      Value member = Objects.requireNonNull(object.get(key));
      String name = ((TextValue) key).text();
      if (name.equals("$ref") && member instanceof TextValue(String reference))
        members.put(key, Value.of(resolved(local, reference)));
      else if (LITERAL.contains(name)) members.put(key, member);
      else if (NAMES.contains(name) && member instanceof ObjectValue named)
        members.put(key, named(named, local, depth + 1));
      else members.put(key, absolute(member, local, depth + 1));
    }
    var made = ObjectValue.owning(members);
    if (!known && !local.equals(base)) documents.putIfAbsent(local, made);
    return made;
  }

  /** What has the names of a schema's words here may be names of properties. */
  private Value named(ObjectValue named, String base, int depth) throws BuiltinFault {
    var members = new HashMap<Value, Value>();
    for (Value key : named.keys())
      members.put(key, absolute(Objects.requireNonNull(named.get(key)), base, depth + 1));
    return ObjectValue.owning(members);
  }

  private static String resolved(String base, String reference) {
    int hash = base.indexOf('#');
    String bare = hash < 0 ? base : base.substring(0, hash);
    if (reference.isEmpty()) return bare;
    if (reference.startsWith("#")) return reference.equals("#") ? bare : bare + reference;
    try {
      String made = new URI(bare).resolve(new URI(reference)).toString();
      return made.endsWith("#") ? made.substring(0, made.length() - 1) : made;
    } catch (URISyntaxException e) {
      return reference;
    }
  }

  /** The schema that a reference names. */
  Value at(String reference) throws BuiltinFault {
    Value named = documents.get(reference);
    int hash = reference.indexOf('#');
    if (named == null && hash >= 0) {
      Value document = documents.get(reference.substring(0, hash));
      if (document != null) named = pointed(document, reference.substring(hash + 1));
    }
    if (named == null)
      throw new BuiltinFault("Reference " + reference + " must be canonical and in this document");
    if (named instanceof ObjectValue || named instanceof BoolValue) return named;
    throw new BuiltinFault("schema must be of type object");
  }

  private Value pointed(Value document, String fragment) throws BuiltinFault {
    String pointer = decoded(fragment);
    if (!pointer.startsWith("/"))
      throw new BuiltinFault("JSON pointer must be empty or start with a \"/\"");
    Value at = document;
    for (String step : pointer.substring(1).split("/", -1)) {
      context.spend(1);
      String name = step.replace("~1", "/").replace("~0", "~");
      Value next = null;
      if (at instanceof ObjectValue object) next = object.get(name);
      if (at instanceof ArrayValue array && name.matches("0|[1-9][0-9]{0,8}")) {
        int index = Integer.parseInt(name);
        next = index < array.size() ? array.item(index) : null;
      }
      if (next == null) throw new BuiltinFault("Object has no key '" + name + "'");
      at = next;
    }
    return at;
  }

  private static String decoded(String fragment) throws BuiltinFault {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BuiltinFault("invalid URL escape in a reference");
    }
  }
}
