package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** {@code net.cidr_*}: networks and the addresses in them; no name is ever looked up. */
final class Cidrs {
  private Cidrs() {}

  static List<Builtin> list() {
    String many = "string|array|object|set";
    return List.of(
        Builtin.of("net.cidr_contains", "string, string -> boolean", Cidrs::contains),
        Builtin.of("net.cidr_overlap", "string, string -> boolean", Cidrs::contains),
        Builtin.of("net.cidr_intersects", "string, string -> boolean", Cidrs::intersects),
        Builtin.of("net.cidr_contains_matches", many + ", " + many + " -> set", Cidrs::matches),
        Builtin.of("net.cidr_expand", "string -> set", Cidrs::expand),
        Builtin.of("net.cidr_merge", "array|set -> set", CidrMerge::merge),
        Builtin.of("net.cidr_is_valid", "any -> boolean", Cidrs::isValid));
  }

  static Network network(String text) throws BuiltinFault {
    Network network = Network.parse(text);
    if (network == null) throw new BuiltinFault("invalid CIDR address: " + text);
    return network;
  }

  private static String text(Value value) {
    return ((TextValue) value).text();
  }

  /** What may lie in a network: one address, or another network. */
  private record Part(@org.jspecify.annotations.Nullable Address address, Network network) {
    static Part of(String text) throws BuiltinFault {
      Address address = Address.parse(text);
      if (address != null) return new Part(address, new Network(address.bytes(), 0));
      Network network = Network.parse(text);
      if (network != null) return new Part(null, network);
      throw new BuiltinFault(
          "not a valid textual representation of an IP address or CIDR: " + text);
    }

    boolean within(Network outer) {
      return address != null ? outer.contains(address) : outer.contains(network);
    }
  }

  private static Value contains(Calling context, Value[] a) throws BuiltinFault {
    context.spend(64);
    Network network = network(text(a[0]));
    return Value.of(Part.of(text(a[1])).within(network));
  }

  private static Value intersects(Calling context, Value[] a) throws BuiltinFault {
    context.spend(64);
    Network first = network(text(a[0]));
    Network second = network(text(a[1]));
    return Value.of(
        first.contains(new Address(second.number()))
            || second.contains(new Address(first.number())));
  }

  /** Also of what is no string: no. */
  private static Value isValid(Calling context, Value[] a) {
    context.spend(64);
    return Value.of(a[0] instanceof TextValue(String text) && Network.parse(text) != null);
  }

  /** The room that the addresses take is paid for before there is any. */
  private static Value expand(Calling context, Value[] a) throws BuiltinFault {
    Network network = network(text(a[0]));
    context.spend(1L << Math.min(network.free(), 48));
    var addresses = new HashSet<Value>();
    int size = network.number().length;
    BigInteger last = network.last();
    for (BigInteger at = network.first(); at.compareTo(last) <= 0; at = at.add(BigInteger.ONE))
      addresses.add(Value.of(Address.of(at, size).toString()));
    return SetValue.owning(addresses);
  }

  /** A term with what names it in the result: itself, an index, or a key. */
  private record Named(Value name, Value term) {}

  private static Value matches(Calling context, Value[] a) throws BuiltinFault {
    List<Named> outer = named(a[0], 1);
    List<Named> inner = outer.isEmpty() ? List.of() : named(a[1], 2);
    context.spend(1L + outer.size() * 64L + inner.size() * 64L);
    context.spend((long) outer.size() * inner.size());
    var found = new HashSet<Value>();
    if (inner.isEmpty()) return SetValue.EMPTY;
    var parts = new ArrayList<Part>();
    var networks = new ArrayList<Network>();
    for (Named one : outer) networks.add(network(Wrong.text(one.term(), 1)));
    for (Named one : inner) parts.add(Part.of(Wrong.text(one.term(), 1)));
    for (int i = 0; i < networks.size(); i++)
      for (int j = 0; j < parts.size(); j++)
        if (parts.get(j).within(networks.get(i)))
          found.add(ArrayValue.owning(outer.get(i).name(), inner.get(j).name()));
    return SetValue.owning(found);
  }

  private static List<Named> named(Value operand, int place) throws BuiltinFault {
    var all = new ArrayList<Named>();
    switch (operand) {
      case TextValue text -> all.add(new Named(text, text));
      case ArrayValue array -> {
        for (int i = 0; i < array.size(); i++)
          all.add(new Named(Value.of(i), term(array.item(i), place)));
      }
      case SetValue set -> {
        for (Value element : set) all.add(new Named(element, term(element, place)));
      }
      case ObjectValue object -> {
        for (Value key : object.keys())
          all.add(new Named(key, term(Objects.requireNonNull(object.get(key)), place)));
      }
      case NullValue _, BoolValue _, NumberValue _ -> {}
    }
    return all;
  }

  /** The network stands alone, or is the first of a tuple. */
  private static Value term(Value item, int place) throws BuiltinFault {
    if (item instanceof TextValue) return item;
    if (item instanceof ArrayValue array && array.size() > 0) return array.item(0);
    throw new BuiltinFault("operand " + place + ": element must be string or non-empty array");
  }
}
