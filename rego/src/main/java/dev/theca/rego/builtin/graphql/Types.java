package dev.theca.rego.builtin.graphql;

import org.jspecify.annotations.Nullable;

/** What can be asked of types, and of references to them such as {@code [Name!]}. */
final class Types {
  private Types() {}

  /** The name within all brackets. */
  static String name(Node reference) {
    Node at = reference;
    for (Node elem = at.node("Elem"); at.text("NamedType").isEmpty() && elem != null; ) {
      at = elem;
      elem = at.node("Elem");
    }
    return at.text("NamedType");
  }

  static String shown(Node reference) {
    String name = reference.text("NamedType");
    Node elem = reference.node("Elem");
    String inner = name.isEmpty() && elem != null ? "[" + shown(elem) + "]" : name;
    return inner + (reference.flag("NonNull") ? "!" : "");
  }

  static Node reference(String name, boolean nonNull) {
    return new Node(Shape.TYPE, Place.NONE).with("NamedType", name).with("NonNull", nonNull);
  }

  /** Whether what is of one type may stand where another is expected. */
  static boolean compatible(Node given, Node expected) {
    return compatible(given, expected, expected.flag("NonNull"));
  }

  static boolean compatible(Node given, Node expected, boolean nonNull) {
    if (!given.text("NamedType").equals(expected.text("NamedType"))) return false;
    Node elem = given.node("Elem");
    Node other = expected.node("Elem");
    if (elem != null && (other == null || !compatible(elem, other))) return false;
    return !nonNull || given.flag("NonNull");
  }

  static boolean is(@Nullable Node type, String... kinds) {
    if (type == null) return false;
    for (String kind : kinds) if (type.text("Kind").equals(kind)) return true;
    return false;
  }

  static boolean isLeaf(Node type) {
    return is(type, "ENUM", "SCALAR");
  }

  static boolean isComposite(Node type) {
    return is(type, "OBJECT", "INTERFACE", "UNION");
  }

  static boolean isInput(Node type) {
    return is(type, "SCALAR", "ENUM", "INPUT_OBJECT");
  }
}
