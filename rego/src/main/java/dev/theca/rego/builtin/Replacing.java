package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code replace} and {@code strings.replace_n}: from left to right, what was put in stays. */
final class Replacing {
  private Replacing() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("replace", "string, string, string -> string", Replacing::one),
        Builtin.of("strings.replace_n", "object, string -> string", Replacing::many));
  }

  private static Value one(Calling context, Value[] a) {
    String text = Searching.text(a[0]);
    String old = Searching.text(a[1]);
    Searching.pay(context, a);
    if (old.isEmpty()) return walked(context, a[0], Map.of(a[1], a[2]));
    TextSearch search = TextSearch.of(old);
    int at = search.in(text, 0);
    if (at < 0) return a[0];
    String fresh = Searching.text(a[2]);
    var out = new StringBuilder();
    int from = 0;
    for (; at >= 0; at = search.in(text, from)) {
      context.spend(at - from + fresh.length() + 1L);
      out.append(text, from, at).append(fresh);
      from = at + old.length();
    }
    context.spend(text.length() - from);
    return Value.of(out.append(text, from, text.length()).toString());
  }

  private static Value many(Calling context, Value[] a) throws BuiltinFault {
    var patterns = (ObjectValue) a[0];
    for (Value key : patterns.keys()) {
      if (!(key instanceof TextValue))
        throw BuiltinFault.operand("operand 1 non-string key found in pattern object");
      if (!(patterns.get(key) instanceof TextValue))
        throw BuiltinFault.operand("operand 1 non-string value found in pattern object");
    }
    Searching.pay(context, a[1]);
    return walked(context, a[1], patterns.members());
  }

  /** An empty pattern stands between bytes, also those of one character: so does the reference. */
  private static Value walked(Calling context, Value operand, Map<Value, Value> patterns) {
    String text = Searching.text(operand);
    boolean bytes = patterns.containsKey(Value.of("")) && !isAscii(text);
    var root = new Node();
    patterns.forEach(
        (old, fresh) -> {
          String key = bytes ? latin(old) : Searching.text(old);
          context.spend(key.length() + 1L);
          Node node = root;
          for (int i = 0; i < key.length(); i++)
            node = node.next.computeIfAbsent(key.charAt(i), _ -> new Node());
          node.fresh = bytes ? latin(fresh) : Searching.text(fresh);
        });
    if (!bytes) return Value.of(walk(context, text, root));
    String made = walk(context, latin(operand), root);
    return TextValue.ofBytes(made.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Of all patterns that fit, the shortest sorts first and wins. */
  private static String walk(Calling context, String text, Node root) {
    var out = new StringBuilder();
    int from = 0;
    boolean empty = false;
    for (int at = 0; at <= text.length(); ) {
      Node node = root;
      int end = at;
      while ((node.fresh == null || node == root && empty) && end < text.length()) {
        Node next = node.next.get(text.charAt(end));
        if (next == null) break;
        node = next;
        end++;
      }
      String fresh = node == root && empty ? null : node.fresh;
      empty = fresh != null && end == at;
      context.spend(end - at + (fresh == null ? 1L : fresh.length() + 1L));
      if (fresh == null) {
        at++;
        continue;
      }
      out.append(text, from, at).append(fresh);
      at = end;
      from = end;
    }
    return out.append(text, from, text.length()).toString();
  }

  private static final class Node {
    private final Map<Character, Node> next = new HashMap<>();
    private @Nullable String fresh;
  }

  private static String latin(Value value) {
    return new String(((TextValue) value).bytes(), StandardCharsets.ISO_8859_1);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) if (text.charAt(i) > 127) return false;
    return true;
  }
}
